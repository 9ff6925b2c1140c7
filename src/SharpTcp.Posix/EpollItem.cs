namespace SharpTcp.Posix;

/// <summary>One descriptor that an epoll watches.</summary>
internal sealed class EpollItem(EpollFile owner, PosixFile file)
{
    private const PollEvents Always = PollEvents.Error | PollEvents.HangUp;

    public EpollFile Owner { get; } = owner;

    public PosixFile File { get; } = file;

    public PollEvents Wanted { get; set; }

    public ulong Data { get; set; }

    /// <summary>Whether it is in the list of those that may have something to report.</summary>
    public bool IsReady { get; set; }

    /// <summary>EPOLLONESHOT has fired.</summary>
    public bool IsDisabled { get; set; }

    public PollEvents Mask => (Wanted | Always) & ~(PollEvents.EdgeTriggered | PollEvents.OneShot);

    public void OnEvents(PollEvents events)
    {
        if (!IsDisabled && (events == PollEvents.None || (events & Mask) != 0))
        {
            Owner.MarkReady(this);
        }
    }
}
