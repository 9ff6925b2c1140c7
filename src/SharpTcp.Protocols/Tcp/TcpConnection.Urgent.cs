using System;
using System.Net.Sockets;
using SharpTcp.Wire;

namespace SharpTcp.Protocols.Tcp;

/// <content>
/// Urgent data (RFC 9293 §3.8.5, RFC 6093). It is part of the stream; a mark says where it ends. Reading stops at the last byte of it. With
/// <see cref="TcpSocketOptions.UrgentInline"/> that byte is then read like any other, else it is left out of the stream and read by <see cref="ReadUrgent"/>.
/// </content>
public sealed partial class TcpConnection
{
    /// <summary>How many bytes from the next unread one on the peer has declared urgent (MUST-33); some of them may not have arrived yet.</summary>
    public int UrgentBytes => Has(TcpConnectionFlags.UrgentPending) ? Math.Max(0, RcvUrgent - (RcvNxt - Available)) : 0;

    /// <summary>Whether the next unread byte is the last urgent one (<c>SIOCATMARK</c>).</summary>
    public bool IsAtUrgentMark => UrgentBytes == 1;

    /// <summary>Whether <see cref="ReadUrgent"/> has a byte to give: the last urgent one arrived and was not read.</summary>
    public bool IsUrgentByteThere => UrgentBytes is > 0 and var urgent && urgent <= Available && !Has(TcpConnectionFlags.UrgentRead);

    /// <summary>Bytes that a read may take: up to the last urgent one, or, if the next is that, what is behind it and, inline, it.</summary>
    public int Readable => UrgentBytes switch
    {
        0 => Available,
        1 => EffectiveOptions.UrgentInline ? Available : Math.Max(0, Available - 1),
        var urgent => Math.Min(Available, urgent - 1),
    };

    /// <summary>A read begins: the last urgent byte, if it is the next and not inline, is left out of the stream. Nothing may be lent.</summary>
    public void PassUrgentMark(Instant now)
    {
        if (IsAtUrgentMark && Available > 0 && !EffectiveOptions.UrgentInline)
        {
            ConsumeReceived(1, now);
        }
    }

    /// <summary>Reads the last urgent byte, which is not inline.</summary>
    /// <param name="peek">Whether it can be read again.</param>
    /// <param name="value">The byte.</param>
    /// <returns>
    /// <see cref="SocketError.Success"/>; <see cref="SocketError.WouldBlock"/>: it was announced and did not arrive yet; <see cref="SocketError.InvalidArgument"/>: there is none, or it
    /// was read, or it is inline.
    /// </returns>
    public SocketError ReadUrgent(bool peek, out byte value)
    {
        value = 0;
        var urgent = UrgentBytes;
        if (urgent == 0 || EffectiveOptions.UrgentInline || Has(TcpConnectionFlags.UrgentRead))
        {
            return SocketError.InvalidArgument;
        }

        if (urgent > Available)
        {
            return SocketError.WouldBlock;
        }

        value = Receive!.Data.Slice(urgent - 1, 1)[0];
        if (!peek)
        {
            Set(TcpConnectionFlags.UrgentRead);
        }

        return SocketError.Success;
    }

    /// <summary>The peer announces urgent data up to <paramref name="end"/>. Only one mark is known: the last byte of an earlier one, if it lies ahead, becomes one of the stream.</summary>
    internal void OnUrgent(SequenceNumber end, Instant now)
    {
        if (!Has(TcpConnectionFlags.ReceiveLent))
        {
            PassUrgentMark(now);
        }

        RcvUrgent = end;
        Set(TcpConnectionFlags.UrgentPending);
        Clear(TcpConnectionFlags.UrgentRead);
        Notify(TcpEvents.Urgent);
    }
}
