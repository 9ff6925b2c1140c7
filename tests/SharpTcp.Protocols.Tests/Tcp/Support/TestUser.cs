using System.Collections.Generic;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Protocols.Tests.Tcp;

/// <summary>Takes note of what happens to a connection, or a listener.</summary>
internal sealed class TestUser : ITcpUser, ITcpListenUser
{
    public List<TcpEvents> Log { get; } = [];

    public TcpEvents Seen { get; private set; }

    public int Acceptable { get; private set; }

    public void OnTcpEvents(TcpConnection connection, TcpEvents events)
    {
        Log.Add(events);
        Seen |= events;
    }

    public void OnAcceptable(TcpListenPoint listener) => Acceptable++;

    public bool Saw(TcpEvents events) => (Seen & events) == events;

    public void Forget()
    {
        Seen = TcpEvents.None;
        Log.Clear();
    }
}
