namespace SharpTcp.Protocols.Tcp;

/// <summary>The states of closing (RFC 9293 §3.6): what our acknowledged FIN and the peer's FIN move.</summary>
internal static class ClosingStates
{
    public static void OnFinAcknowledged(TcpConnection connection, Instant now)
    {
        switch (connection.State)
        {
            case TcpState.FinWait1:
                connection.State = TcpState.FinWait2;
                connection.ArmIdle(now);
                break;
            case TcpState.Closing:
                connection.Layer.EnterTimeWait(connection, now);
                break;
            case TcpState.LastAck:
                connection.Layer.Remove(connection, TcpEvents.Closed, now);
                break;
        }
    }

    public static void OnFinReceived(TcpConnection connection, Instant now)
    {
        switch (connection.State)
        {
            case TcpState.Established:
                connection.State = TcpState.CloseWait;
                break;
            case TcpState.FinWait1:
                connection.State = TcpState.Closing;
                break;
            case TcpState.FinWait2:
                connection.Layer.EnterTimeWait(connection, now);
                break;
        }
    }
}
