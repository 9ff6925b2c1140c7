using System;
using System.Collections.Generic;
using SharpTcp.Wire;

namespace SharpTcp.Protocols;

/// <summary>What is to be done next for a question.</summary>
public enum DnsStep : byte
{
    /// <summary>Write the query and send it as a datagram, from a port that nobody can guess.</summary>
    SendDatagram,

    /// <summary>Write the query and send it on a TCP connection, behind its length (RFC 1035 §4.2.2).</summary>
    SendOnStream,

    /// <summary>Nothing: there is <see cref="DnsExchange.Answer"/>.</summary>
    Done,
}

/// <summary>
/// One question, from its first query to its answer: which server is asked, by what, what counts as its answer, and what follows when there is none. Its driver has the sockets and
/// the clock: it does what <see cref="Step"/> says and tells what came of it.
/// </summary>
/// <remarks>A driver sends each query from a socket of its own that is connected to <see cref="Server"/>: so only that address and port can answer, and the port is by chance (RFC 5452 §9.2).</remarks>
public sealed class DnsExchange
{
    private readonly DnsName _name;
    private readonly DnsType _type;
    private readonly IReadOnlyList<TransportEndpoint> _servers;
    private readonly ResolverOptions _options;
    private readonly IEntropy _entropy;
    private int _tries;
    private ushort _id;
    private bool _isWaiting;
    private bool _withoutOptions;

    /// <summary>Makes a question.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type of the records.</param>
    /// <param name="servers">Whom to ask, the best first; without any it has failed already.</param>
    /// <param name="options">Times and numbers.</param>
    /// <param name="entropy">Where the ids of the queries come from.</param>
    public DnsExchange(DnsName name, DnsType type, IReadOnlyList<TransportEndpoint> servers, ResolverOptions options, IEntropy entropy)
    {
        _name = name;
        _type = type;
        _servers = servers;
        _options = options;
        _entropy = entropy;
        if (servers.Count == 0)
        {
            Finish(DnsAnswer.Failure);
        }
    }

    /// <summary>What is to be done next.</summary>
    public DnsStep Step { get; private set; }

    /// <summary>The answer, when the exchange is done.</summary>
    public DnsAnswer? Answer { get; private set; }

    /// <summary>Whom to ask now.</summary>
    public TransportEndpoint Server => _servers[_tries % _servers.Count];

    /// <summary>Until when the answer to the last query is waited for.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>Writes a query, with a new id; from now on its answer is waited for.</summary>
    /// <param name="destination">Room for 512 bytes.</param>
    /// <param name="now">The time.</param>
    /// <returns>The length of the query.</returns>
    public int Write(Span<byte> destination, Instant now)
    {
        _id = (ushort)_entropy.NextUInt32(); // RFC 5452 §9.2
        _isWaiting = true;
        Deadline = now + _options.Timeout;
        var writer = new DnsWriter(destination, new DnsHeader(_id));
        writer.AddQuestion(_name, _type);
        if (!_withoutOptions)
        {
            writer.AddOptions((ushort)_options.PayloadSize);
        }

        return writer.Length;
    }

    /// <summary>Takes what came from <see cref="Server"/>.</summary>
    /// <param name="message">A datagram, or what the length on the stream announced.</param>
    /// <returns>False if that is no answer to the last query: it counts for nothing, and is waited for on.</returns>
    public bool OnMessage(ReadOnlySpan<byte> message)
    {
        if (!_isWaiting || !DnsView.TryParse(message, out var view) || !IsOurs(view))
        {
            return false;
        }

        var header = view.Header;
        if (header.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NameError)
        {
            if (!header.IsTruncated)
            {
                Finish(DnsReply.Read(view, _name, _type));
            }
            else if (Step == DnsStep.SendDatagram)
            {
                // RFC 7766 §5: what was cut is asked for again by TCP.
                _isWaiting = false;
                Step = DnsStep.SendOnStream;
            }
            else
            {
                TryNext();
            }
        }
        else if (header.ResponseCode == DnsResponseCode.FormatError && !_withoutOptions)
        {
            // RFC 6891 §7: a server that does not know options is asked without them.
            _withoutOptions = true;
            _isWaiting = false;
        }
        else
        {
            TryNext();
        }

        return true;
    }

    /// <summary>The query could not be sent, an ICMP error came back, or the stream ended: the next server is asked.</summary>
    public void OnError() => TryNext();

    /// <summary>Looks at the time; if the deadline has come the next server is asked.</summary>
    public void OnDeadline(Instant now)
    {
        if (now >= Deadline)
        {
            TryNext();
        }
    }

    // RFC 5452 §9.1: id and question; address and port are those of the driver's socket.
    private bool IsOurs(in DnsView view)
    {
        var header = view.Header;
        if (!header.IsResponse || header.Opcode != 0 || header.Id != _id)
        {
            return false;
        }

        // A server that could not read the query cannot repeat it.
        return view.HasQuestion
            ? view.QuestionType == _type && view.QuestionClass == DnsRecord.Internet && view.IsAbout(_name)
            : header.ResponseCode == DnsResponseCode.FormatError;
    }

    private void TryNext()
    {
        _isWaiting = false;
        _withoutOptions = false;
        Deadline = Instant.Never;
        if (Step == DnsStep.Done)
        {
            return;
        }

        Step = DnsStep.SendDatagram;
        if (++_tries >= _servers.Count * _options.Attempts)
        {
            Finish(DnsAnswer.Failure);
        }
    }

    private void Finish(DnsAnswer answer)
    {
        _isWaiting = false;
        Deadline = Instant.Never;
        Answer = answer;
        Step = DnsStep.Done;
    }
}
