// The program talks to SharpTCP's sockets; the kernel's are named in full where the demo needs them.
global using Socket = SharpTcp.Sockets.Socket;
