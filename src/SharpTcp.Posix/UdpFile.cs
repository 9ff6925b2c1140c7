using System;
using System.Net.Sockets;
using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <summary>A datagram socket.</summary>
internal sealed partial class UdpFile(PosixStack stack, int family) : PosixSocket(stack, family), IUdpUser
{
    private const int MaximumPayload = 65_535;
    private const PollEvents Readable = PollEvents.In | PollEvents.ReadNormal;
    private const PollEvents Writable = PollEvents.Out | PollEvents.WriteNormal;

    private readonly byte[] _scratch = new byte[MaximumPayload];
    private UdpPort? _port;
    private int _receiveBuffer;
    private int _sendBuffer;
    private bool _isReceiveShut;
    private bool _isSendShut;
    private byte _hopLimit;
    private byte _trafficClass;
    private bool _broadcast;

    public override TransportEndpoint? Local => _port?.Local;

    public override TransportEndpoint? Peer => _port?.Remote;

    protected override int SocketType => LinuxSocket.Datagram;

    protected override int Protocol => 17;

    protected override int ReceiveBuffer
    {
        get => _receiveBuffer != 0 ? _receiveBuffer : 212_992;
        set => _receiveBuffer = Math.Max(2 * Math.Min(value, int.MaxValue / 2), 2304);
    }

    protected override int SendBuffer
    {
        get => _sendBuffer != 0 ? _sendBuffer : 212_992;
        set => _sendBuffer = Math.Max(2 * Math.Min(value, int.MaxValue / 2), 4608);
    }

    protected override byte HopLimit
    {
        get => _hopLimit;
        set => _hopLimit = value;
    }

    protected override byte TrafficClass
    {
        get => _trafficClass;
        set => _trafficClass = value;
    }

    /// <inheritdoc/>
    void IUdpUser.OnUdpEvents(UdpPort port, UdpEvents events)
    {
        var told = (events & UdpEvents.Readable) != 0 ? Readable : PollEvents.None;
        told |= (events & UdpEvents.Writable) != 0 ? Writable : PollEvents.None;
        told |= (events & UdpEvents.Failed) != 0 ? PollEvents.Error : PollEvents.None;
        Notify(told);
    }

    public override PollEvents Poll()
    {
        var events = Writable;
        events |= _port is { IsReadable: true } || _isReceiveShut ? Readable : PollEvents.None;
        events |= _isReceiveShut ? PollEvents.ReadHangUp : PollEvents.None;
        events |= _isReceiveShut && _isSendShut ? PollEvents.HangUp : PollEvents.None;
        CollectError();
        return PendingError != 0 ? events | PollEvents.Error : events;
    }

    public override int Control(uint request, ref int value)
    {
        if (request is not (LinuxSocket.BytesReadable or LinuxSocket.BytesUnacknowledged))
        {
            return -Errno.NotTerminal;
        }

        value = request == LinuxSocket.BytesReadable ? _port?.NextLength ?? 0 : 0;
        return 0;
    }

    public override int Bind(ReadOnlySpan<byte> address, Instant now)
    {
        var error = Read(address, out var endpoint);
        return error != 0 ? error
            : _port is not null ? -Errno.Invalid
            : Open(endpoint);
    }

    public override int Connect(ReadOnlySpan<byte> address, ref Instant now)
    {
        if (SocketAddresses.Family(address) == LinuxSocket.AfUnspec)
        {
            _port?.Disconnect();
            return 0;
        }

        var error = Read(address, out var endpoint);
        error = error != 0 ? error : OpenAnyhow();
        return error != 0 ? error : -ErrnoMap.Of(_port!.Connect(endpoint, now));
    }

    public override int Shutdown(int how, Instant now)
    {
        if (Peer is null)
        {
            return -Errno.NotConnected;
        }

        _isReceiveShut |= how is LinuxSocket.ShutdownRead or LinuxSocket.ShutdownBoth;
        _isSendShut |= how is LinuxSocket.ShutdownWrite or LinuxSocket.ShutdownBoth;
        Notify(PollEvents.None);
        return 0;
    }

    public override nint Receive(
        ref IoCursor buffers, MessageFlags flags, Span<byte> source, out int sourceLength, out MessageFlags found, ref Instant now)
    {
        sourceLength = 0;
        found = MessageFlags.None;
        var deadline = Deadline(flags, ReceiveTimeout, now);
        while (true)
        {
            CollectError();
            if (PendingError != 0)
            {
                return -TakeError();
            }

            if (_port is { } port && port.TryReceive(_scratch, out var datagram, (flags & MessageFlags.Peek) != 0))
            {
                sourceLength = SocketAddresses.Write(datagram.Source, Family, source);
                return Deliver(ref buffers, datagram.Length, flags, out found);
            }

            if (_isReceiveShut || deadline <= now)
            {
                return _isReceiveShut ? 0 : -Errno.Again;
            }

            now = Stack.Sleep(deadline);
        }
    }

    public override nint Send(ref IoCursor buffers, MessageFlags flags, ReadOnlySpan<byte> destination, ref Instant now)
    {
        var endpoint = default(TransportEndpoint);
        if (!destination.IsEmpty && Read(destination, out endpoint) is var error and not 0)
        {
            return error;
        }

        if (destination.IsEmpty && Peer is null)
        {
            return -Errno.DestinationRequired;
        }

        var total = buffers.Total;
        error = total > MaximumPayload ? -Errno.MessageSize : _isSendShut ? -Errno.Pipe : OpenAnyhow();
        if (error != 0)
        {
            return error;
        }

        while (buffers.TryNext(int.MaxValue, out var piece, out var isFault) || isFault)
        {
            if (isFault)
            {
                return -Errno.Fault;
            }

            piece.CopyTo(_scratch.AsSpan((int)buffers.Done));
            buffers.Advance(piece.Length);
        }

        endpoint = destination.IsEmpty ? Peer!.Value : endpoint;
        return Transmit(_scratch.AsSpan(0, (int)total), endpoint, Deadline(flags, SendTimeout, now), ref now);
    }

    protected override int GetSocketOption(int option, out int value)
    {
        CollectError();
        if (option == SocketOption.Broadcast)
        {
            value = _broadcast ? 1 : 0;
            return 0;
        }

        return base.GetSocketOption(option, out value);
    }

    protected override int SetSocketOption(int option, int value)
    {
        if (option == SocketOption.Broadcast)
        {
            _broadcast = value != 0;
            return 0;
        }

        return base.SetSocketOption(option, value);
    }

    protected override void OnOptionsChanged(Instant now) => Apply();

    protected override int OnClose(ref Instant now)
    {
        _port?.Close();
        _memberships.Clear(now);
        return 0;
    }

    private int Open(TransportEndpoint local)
    {
        var error = Stack.Host.Udp.Bind(local, IsDualStack, ReuseAddress, this, out _port);
        Apply();
        return -ErrnoMap.Of(error);
    }

    private int OpenAnyhow() => _port is not null ? 0 : Open(new TransportEndpoint(Any, 0));

    private void Apply()
    {
        if (_port is { } port)
        {
            port.HopLimit = _hopLimit;
            port.TrafficClass = _trafficClass;
            port.Broadcast = _broadcast;
            port.Memberships = _memberships;
            port.MulticastHopLimit = _multicastHopLimit;
            port.MulticastLoopback = _multicastLoopback;
            port.MulticastInterface = _multicastInterface;
            port.ReceiveBufferSize = ReceiveBuffer;
        }
    }

    private void CollectError()
    {
        if (_port is { } port && PendingError == 0)
        {
            PendingError = ErrnoMap.Of(port.TakeError());
        }
    }

    private nint Deliver(ref IoCursor buffers, int length, MessageFlags flags, out MessageFlags found)
    {
        found = length > buffers.Total ? MessageFlags.Truncate : MessageFlags.None;
        while (buffers.Done < length && buffers.TryNext(length - (int)buffers.Done, out var piece, out var isFault))
        {
            _scratch.AsSpan((int)buffers.Done, piece.Length).CopyTo(piece);
            buffers.Advance(piece.Length);
        }

        return (flags & MessageFlags.Truncate) != 0 ? length : (nint)buffers.Done;
    }

    private nint Transmit(ReadOnlySpan<byte> payload, TransportEndpoint destination, Instant deadline, ref Instant now)
    {
        while (true)
        {
            var error = _port!.Send(payload, destination, default, now);
            if (error != SocketError.WouldBlock)
            {
                return error == SocketError.Success ? payload.Length : -ErrnoMap.Of(error);
            }

            if (deadline <= now)
            {
                return -Errno.Again;
            }

            now = Stack.Sleep(deadline);
        }
    }
}
