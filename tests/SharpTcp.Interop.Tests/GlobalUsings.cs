// Both ends of a test have sockets: these names say whose.
global using KernelSocket = System.Net.Sockets.Socket;
global using KernelStream = System.Net.Sockets.NetworkStream;
global using StackSocket = SharpTcp.Sockets.Socket;
global using StackStream = SharpTcp.Sockets.NetworkStream;
