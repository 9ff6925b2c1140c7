using System;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Xunit;
using NetworkStream = SharpTcp.Sockets.NetworkStream;

namespace SharpTcp.Tests.Sockets;

/// <summary>TLS by .NET's own <see cref="SslStream"/> over a connection of the stack.</summary>
public sealed class SslStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task BytesComeBackOverTls(SslProtocols version)
    {
        await using var net = new RunningStacks();
        using var certificate = MakeCertificate();
        using var listener = net.Server.Listen(443);
        var server = Task.Run(async () =>
        {
            await using var accepted = new SslStream(new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
            await accepted.AuthenticateAsServerAsync(certificate, clientCertificateRequired: false, version, checkCertificateRevocation: false);
            await accepted.CopyToAsync(accepted);
        });
        await using var client = new SslStream(await net.Client.ConnectAsync("10.0.0.2", 443), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "peer", EnabledSslProtocols = version });
        Assert.Equal(version, client.SslProtocol);

        var data = TcpSocketTests.Bytes(4_000_000);
        var received = new byte[data.Length];
        var sending = Task.Run(async () => await client.WriteAsync(data));
        await client.ReadExactlyAsync(received).AsTask().WaitAsync(Limit);
        await sending.WaitAsync(Limit);
        Assert.Equal(data, received);

        // The end of the stream crosses too: close_notify, then FIN.
        await client.ShutdownAsync().WaitAsync(Limit);
        await server.WaitAsync(Limit);
        Assert.Equal(0, await client.ReadAsync(new byte[1]));
        Assert.Equal(0, net.Client.Faults + net.Server.Faults);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=peer", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
