using System;
using SharpTcp.Protocols;

namespace SharpTcp.Posix;

/// <summary>
/// The socket calls of Linux on a host: what a system call takes goes in, what it gives comes out, a failure as a negated error number (<see cref="Errno"/>). It has no thread of its
/// own; a blocking call sleeps in its <see cref="IPosixPump"/>. Signals (SIGPIPE) are the caller's affair.
/// </summary>
public sealed partial class PosixStack
{
    private readonly IPosixPump _pump;
    private readonly DescriptorTable _files;

    /// <summary>Makes the socket layer of a host.</summary>
    /// <param name="host">The host; only <paramref name="pump"/> and this drive it.</param>
    /// <param name="pump">Its lock, time and sleep.</param>
    /// <param name="numbers">Who numbers the descriptors; null takes the lowest free number from 3 on.</param>
    /// <param name="maximumFiles">Most descriptors (RLIMIT_NOFILE).</param>
    public PosixStack(HostCore host, IPosixPump pump, IDescriptorNumbers? numbers = null, int maximumFiles = 1 << 20)
    {
        Host = host;
        _pump = pump;
        _files = new DescriptorTable(numbers, maximumFiles);
    }

    /// <summary>The host below.</summary>
    internal HostCore Host { get; }

    internal void Wake() => _pump.Wake();

    internal Instant Sleep(Instant deadline) => _pump.Sleep(deadline);

    internal int Register(PosixFile file) => _files.Add(file);

    /// <summary>One call under the lock: begins with the time, ends with letting the host send.</summary>
    private ref struct Call : IDisposable
    {
        private readonly PosixStack _stack;

        public Call(PosixStack stack)
        {
            _stack = stack;
            Now = stack._pump.Enter();
        }

        /// <summary>When it began.</summary>
        public Instant Now { get; }

        public readonly PosixFile? Find(int descriptor) => _stack._files.Find(descriptor);

        /// <summary>The socket of a descriptor, or null with EBADF or ENOTSOCK in <paramref name="error"/>.</summary>
        public readonly PosixSocket? Socket(int descriptor, out int error)
        {
            var file = Find(descriptor);
            error = file is null ? -Errno.BadDescriptor : -Errno.NotSocket;
            return file as PosixSocket;
        }

        public readonly void Dispose() => _stack._pump.Leave();
    }
}
