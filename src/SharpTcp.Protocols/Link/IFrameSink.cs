namespace SharpTcp.Protocols;

/// <summary>Where frames go: a link seen from the protocols.</summary>
public interface IFrameSink
{
    /// <summary>
    /// Takes a frame, or answers that the link is full. A link that answered so tells the host through
    /// <see cref="HostCore.OnWritable"/> when it has room. It never delivers into a stack from inside this call.
    /// </summary>
    /// <returns>Whether the frame was taken; if not, nothing of it was sent.</returns>
    bool TrySend(in OutboundFrame frame);
}
