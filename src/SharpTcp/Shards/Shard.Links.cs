using System;
using System.IO;
using System.Threading;
using SharpTcp.Linux;
using SharpTcp.Links;
using SharpTcp.Protocols;

namespace SharpTcp;

/// <summary>The links of a shard: attaching, receiving, waiting for room.</summary>
internal sealed partial class Shard
{
    /// <summary>Bytes that a link gives up in one batch: the peer works on while we do, and the acknowledgment of a batch must not come late.</summary>
    private const int BatchBytes = 192 * 1024;

    private ShardLink[] _links = [];
    private byte[] _scratch = [];
    private PollEntry[] _entries = [];

    /// <summary>Attaches the host to a link. Under the lock.</summary>
    public NetworkInterface AddLink(ILink link, InterfaceOptions options, Instant now)
    {
        if (_scratch.Length < link.ReceiveBufferSize)
        {
            _scratch = GC.AllocateUninitializedArray<byte>(link.ReceiveBufferSize, pinned: true);
        }

        var attached = new ShardLink(this, link);
        attached.Interface = Host.AddInterface(options, attached, now);
        Volatile.Write(ref _links, [.. _links, attached]);
        link.SetReadyCallback(Wake);
        Wake();
        return attached.Interface;
    }

    /// <summary>Receives a batch from every link; returns whether one of them may have more.</summary>
    private bool ReceiveBatch(Instant now)
    {
        var more = false;
        foreach (var link in _links)
        {
            if (link.IsFull)
            {
                link.IsFull = false;
                Host.OnWritable(link.Interface, now);
            }

            try
            {
                more |= ReceiveBatch(link, now);
            }
            catch (IOException exception)
            {
                ReportFault(exception, $"the link {link.Link.Name}, which is detached");
                Detach(link);
            }
        }

        return more;
    }

    private bool ReceiveBatch(ShardLink link, Instant now)
    {
        var bytes = 0;
        for (var frames = 0; frames < BatchFrames && bytes < BatchBytes; frames++)
        {
            if (!link.Link.TryReceive(_scratch, out var length, out var meta))
            {
                return false;
            }

            bytes += length;
            try
            {
                Host.Input(link.Interface, _scratch.AsSpan(0, length), meta, now);
            }
            catch (Exception exception)
            {
                ReportFault(exception, "the input of the host");
            }
        }

        return true;
    }

    private void Detach(ShardLink link)
    {
        link.Link.SetReadyCallback(null);
        Volatile.Write(ref _links, Array.FindAll(_links, other => other != link));
    }

    private void WatchLinks(ShardSleeper sleeper)
    {
        var links = Volatile.Read(ref _links);
        if (_entries.Length < links.Length)
        {
            _entries = new PollEntry[links.Length];
        }

        var count = 0;
        foreach (var link in links)
        {
            if (link.Link.PollDescriptor is { } descriptor)
            {
                _entries[count++] = new PollEntry(descriptor, link.IsFull ? PollEvents.Readable | PollEvents.Writable : PollEvents.Readable);
            }
        }

        sleeper.Watch(_entries.AsSpan(0, count));
    }

    private void DisposeLinks()
    {
        foreach (var link in _links)
        {
            link.Link.SetReadyCallback(null);
            link.Link.Dispose();
        }

        _links = [];
    }

    /// <summary>A link as the host sends to it.</summary>
    private sealed class ShardLink(Shard shard, ILink link) : IFrameSink
    {
        public ILink Link { get; } = link;

        public NetworkInterface Interface { get; set; } = null!;

        /// <summary>Whether it refused a frame since the host was last told that it has room.</summary>
        public volatile bool IsFull;

        public bool TrySend(in OutboundFrame frame)
        {
            try
            {
                if (Link.TrySend(frame))
                {
                    return true;
                }
            }
            catch (Exception exception)
            {
                // The frame is lost, as it may be on any link.
                shard.ReportFault(exception, $"sending to the link {Link.Name}");
                return true;
            }

            IsFull = true;
            if (shard._thread is { } loop && Thread.CurrentThread != loop)
            {
                // The loop sleeps without waiting for room, or is about to. Who pumps by hand is called by the link.
                shard.Wake();
            }

            return false;
        }
    }
}
