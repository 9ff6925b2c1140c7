namespace SharpTcp.Sockets;

/// <summary>The sockets of a stack, in the order in which they came; an intrusive list.</summary>
internal sealed class SocketList
{
    public SocketCore? First { get; private set; }

    public SocketCore? Last { get; private set; }

    public int Count { get; private set; }

    public void Add(SocketCore socket)
    {
        socket.PreviousSocket = Last;
        socket.NextSocket = null;
        if (Last is null)
        {
            First = socket;
        }
        else
        {
            Last.NextSocket = socket;
        }

        Last = socket;
        Count++;
    }

    public void Remove(SocketCore socket)
    {
        if (socket.PreviousSocket is { } previous)
        {
            previous.NextSocket = socket.NextSocket;
        }
        else
        {
            First = socket.NextSocket;
        }

        if (socket.NextSocket is { } next)
        {
            next.PreviousSocket = socket.PreviousSocket;
        }
        else
        {
            Last = socket.PreviousSocket;
        }

        socket.NextSocket = null;
        socket.PreviousSocket = null;
        Count--;
    }
}
