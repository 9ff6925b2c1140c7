using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Threading;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SharpTcp.AspNetCore;

/// <summary>What Kestrel and its middleware can ask of a connection. There is no socket feature: that would have to give a socket of the kernel.</summary>
internal sealed partial class StackConnection :
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IMemoryPoolFeature
{
    private static long s_lastId;

    private IDictionary<object, object?>? _items;

    /// <inheritdoc cref="IConnectionIdFeature.ConnectionId"/>
    public override string ConnectionId { get; set; } = string.Create(CultureInfo.InvariantCulture, $"stack-{Interlocked.Increment(ref s_lastId)}");

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc cref="IConnectionTransportFeature.Transport"/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc cref="IConnectionItemsFeature.Items"/>
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new Dictionary<object, object?>();
        set => _items = value;
    }

    /// <inheritdoc cref="IConnectionLifetimeFeature.ConnectionClosed"/>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <inheritdoc cref="IConnectionEndPointFeature.LocalEndPoint"/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc cref="IConnectionEndPointFeature.RemoteEndPoint"/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <inheritdoc/>
    public MemoryPool<byte> MemoryPool { get; }

    private void SetFeatures()
    {
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
    }
}
