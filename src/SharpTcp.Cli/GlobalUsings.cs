// The program's services talk to SharpTCP's sockets; the kernel's are named in full where the demo needs them.
global using Socket = System.Net.Sockets.Socket;
