using System;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;

namespace SharpTcp.Posix;

/// <content>Fast Open (RFC 7413) as Linux has it: MSG_FASTOPEN connects and sends at once; with TCP_FASTOPEN_CONNECT connect(2) waits for the first bytes, if a cookie is known.</content>
internal sealed partial class TcpFile
{
    private bool _fastOpenConnect;
    private int _fastOpenLimit;
    private FastOpenKey? _fastOpenKey;
    private FastOpenKey? _fastOpenPreviousKey;

    /// <summary>connect(2) said yes, and the first write(2) really connects.</summary>
    private TransportEndpoint? _deferred;

    private bool IsFastOpenClient => (Stack.Host.Tcp.Settings.FastOpen & FastOpenUse.Client) != 0;

    /// <summary>A send that opens the connection first. Null: it is open, and what is left of the bytes is sent as usual.</summary>
    private nint? OpenBySending(ref IoCursor buffers, MessageFlags flags, ReadOnlySpan<byte> destination, Instant deadline, ref Instant now)
    {
        var isFlagged = (flags & MessageFlags.FastOpen) != 0;
        if (isFlagged && (!IsFastOpenClient || SocketAddresses.Family(destination) == LinuxSocket.AfUnspec))
        {
            return -Errno.NotSupported;
        }

        if (_isConnecting)
        {
            var connected = State == TcpState.SynSent && deadline <= now ? -Errno.Already : FinishConnect(deadline, ref now);
            return connected == 0 ? null : connected;
        }

        if (_listener is not null || _connection is not null)
        {
            return IsOver ? null : -Errno.IsConnected;
        }

        return OpenWithData(ref buffers, flags, destination, deadline, ref now);
    }

    private nint? OpenWithData(ref IoCursor buffers, MessageFlags flags, ReadOnlySpan<byte> destination, Instant deadline, ref Instant now)
    {
        var error = 0;
        var endpoint = _deferred ?? default;
        if (_deferred is null)
        {
            error = destination.IsEmpty ? -Errno.DestinationRequired : Read(destination, out endpoint);
        }

        if (error == 0 && !buffers.TryNext(1, out _, out var isFault) && isFault)
        {
            error = -Errno.Fault;
        }

        error = error != 0 ? error : BeginConnect(endpoint, fastOpen: true, now);
        if (error != 0)
        {
            return error;
        }

        _deferred = null;
        PutBytes(ref buffers, flags, now);
        var connection = _connection!;
        if (buffers.Done < buffers.Total && deadline > now)
        {
            connection.Set(TcpConnectionFlags.WriterWaits);
        }

        var result = FinishConnect(deadline, ref now);
        connection.Clear(TcpConnectionFlags.WriterWaits);
        if (result == 0 && buffers.Done < buffers.Total)
        {
            TakeTurns();
        }

        return result == 0 ? null : result == -Errno.InProgress && buffers.Done > 0 ? (nint)buffers.Done : result;
    }

    /// <summary>A writer waits for the handshake.</summary>
    private Instant SleepUntilOpen(TcpConnection connection, Instant deadline)
    {
        connection.Set(TcpConnectionFlags.WriterWaits);
        var now = Stack.Sleep(deadline);
        connection.Clear(TcpConnectionFlags.WriterWaits);
        if (_connection is { IsOpening: false })
        {
            TakeTurns();
        }

        return now;
    }

    /// <summary>
    /// A writer waited for the handshake: Linux then takes the connection for one whose ends speak in turn, and acknowledgments wait for something to go with (MUST-40 bounds how long).
    /// </summary>
    private void TakeTurns() => _connection!.Acks.Quick = 0;

    private int SetFastOpenOption(int option, int value)
    {
        var isUnused = _connection is null && _deferred is null;
        switch (option)
        {
            case TcpOption.FastOpen when value >= 0 && isUnused:
                _fastOpenLimit = Math.Min(value, MaximumBacklog);
                _listener?.FastOpenLimit = _fastOpenLimit;
                return 0;
            case TcpOption.FastOpenConnect when value is 0 or 1:
                if (!IsFastOpenClient)
                {
                    return -Errno.NotSupported;
                }

                _fastOpenConnect = value != 0;
                return isUnused && _listener is null ? 0 : -Errno.Invalid;
            case TcpOption.FastOpenNoCookie when value is 0 or 1 && isUnused:
                _options.FastOpenWithoutCookie = value != 0;
                return 0;
            default:
                return -Errno.Invalid;
        }
    }

    /// <summary>TCP_FASTOPEN_KEY: one key of 16 octets, or two; the second is the one before.</summary>
    private int SetFastOpenKey(ReadOnlySpan<byte> value)
    {
        if (value.Length is not (FastOpenKey.Length or 2 * FastOpenKey.Length))
        {
            return -Errno.Invalid;
        }

        _fastOpenKey = new FastOpenKey(value[..FastOpenKey.Length]);
        _fastOpenPreviousKey = value.Length > FastOpenKey.Length ? new FastOpenKey(value[FastOpenKey.Length..]) : null;
        ApplyFastOpenKey();
        return 0;
    }

    private int GetFastOpenKey(Span<byte> value)
    {
        Span<byte> keys = stackalloc byte[2 * FastOpenKey.Length];
        var length = 0;
        foreach (var key in (ReadOnlySpan<FastOpenKey?>)[_fastOpenKey, _fastOpenPreviousKey])
        {
            if (key is { } known && length + FastOpenKey.Length <= value.Length)
            {
                known.Write(keys[length..]);
                length += FastOpenKey.Length;
            }
        }

        keys[..length].CopyTo(value);
        return length;
    }

    private void ApplyFastOpenKey()
    {
        if (_listener is not null && _fastOpenKey is { } key)
        {
            _listener.SetFastOpenKey(key, _fastOpenPreviousKey);
        }
    }
}
