using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SharpTcp.Protocols;
using SharpTcp.Protocols.Tcp;
using SharpTcp.Sockets;
using SharpTcp.Wire;

namespace SharpTcp;

/// <summary>The echo client of the stack, and what it has counted.</summary>
public sealed partial class NetworkStack
{
    /// <summary>What the host has counted since it was made. The values move on while it runs.</summary>
    public HostCounters Counters => Shard.Host.Counters;

    /// <summary>What TCP has counted since the stack was made. The values move on while it runs.</summary>
    public TcpCounters TcpCounters => Shard.Host.Tcp.Counters;

    /// <summary>Sends an ICMP echo request and waits for the answer (RFC 1122 §3.2.2.6, RFC 4443 §4.1).</summary>
    /// <param name="address">Whom to ask.</param>
    /// <param name="data">What is to come back: at most 65,507 bytes over IPv4 and 65,527 over IPv6.</param>
    /// <param name="cancellationToken">Gives up waiting; without it a lost answer is waited for without end.</param>
    /// <returns>How long the answer took.</returns>
    /// <exception cref="SocketException">
    /// The request could not be sent, an ICMP error came instead of an answer, or (<see cref="SocketError.MessageSize"/>) other bytes came back.
    /// </exception>
    public async ValueTask<TimeSpan> PingAsync(IPAddress address, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ThrowIfDisposed();
        var ping = new PendingPing(this, data);
        var scope = address.AddressFamily == AddressFamily.InterNetworkV6 ? (int)address.ScopeId : 0;
        var port = ping.Send(IpAddress.From(address), scope);
        try
        {
            return await ping.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Shard.Enter();
            port.Close();
            Shard.ExitUnchanged();
        }
    }

    /// <summary>One request on its way.</summary>
    private sealed class PendingPing(NetworkStack stack, ReadOnlyMemory<byte> data) : Completion, IIcmpEchoUser
    {
        private readonly TaskCompletionSource<TimeSpan> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Instant _sent;
        private TimeSpan _roundTrip;
        private SocketError _error;
        private bool _isOver;

        public Task<TimeSpan> Answered => _answered.Task;

        public IcmpEchoPort Send(IpAddress destination, int interfaceIndex)
        {
            var now = stack.Shard.Enter();
            try
            {
                _sent = now;
                var port = stack.Shard.Host.Echo.Open(this) ?? throw SocketErrors.Create(SocketError.TooManyOpenSockets);
                var error = port.Send(destination, interfaceIndex, 1, data.Span, 0, now);
                if (error == SocketError.Success)
                {
                    return port;
                }

                port.Close();
                throw SocketErrors.Create(error);
            }
            finally
            {
                stack.Shard.Exit(now);
            }
        }

        public void OnEchoReply(IcmpEchoPort port, in IcmpEchoReply reply, Instant now) =>
            End(reply.Data.SequenceEqual(data.Span) ? SocketError.Success : SocketError.MessageSize, now);

        public void OnEchoError(IcmpEchoPort port, ushort sequence, in IcmpErrorReport error, Instant now) => End(error.ToSocketError(), now);

        public override void Execute()
        {
            if (_error == SocketError.Success)
            {
                _answered.TrySetResult(_roundTrip);
            }
            else
            {
                _answered.TrySetException(SocketErrors.Create(_error));
            }
        }

        // Under the lock; the answer is told after its release. A second answer to a request is no news.
        private void End(SocketError error, Instant now)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            _error = error;
            _roundTrip = now - _sent;
            stack.Shard.Complete(this);
        }
    }
}
