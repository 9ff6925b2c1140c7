using System.Collections.Generic;

namespace SharpTcp.Protocols.Tcp;

/// <summary>What can be used again after <see cref="Reset"/>.</summary>
internal interface IReusable
{
    void Reset();
}

/// <summary>Keeps rented state for the next connection that needs some.</summary>
internal sealed class StatePool<T>(BufferPool buffers, System.Func<BufferPool, T> make)
    where T : class, IReusable
{
    private const int Kept = 1024;

    private readonly Stack<T> _free = new();

    public T Rent() => _free.TryPop(out var state) ? state : make(buffers);

    public void Return(T state)
    {
        state.Reset();
        if (_free.Count < Kept)
        {
            _free.Push(state);
        }
    }
}
