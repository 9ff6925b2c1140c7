using System;
using System.Collections.Generic;
using System.Net;
using Microsoft.Extensions.Options;
using SharpTcp.Wire;

namespace SharpTcp.AspNetCore;

/// <summary>Says what is wrong with the options and what would be right, before anything is opened.</summary>
internal sealed class OptionsValidator : IValidateOptions<SharpTcpOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SharpTcpOptions options)
    {
        List<string> mistakes = [];
        for (var i = 0; i < options.Interfaces.Count; i++)
        {
            CheckInterface($"SharpTcp:Interfaces:{i}", options.Interfaces[i], mistakes);
        }

        foreach (var server in options.DnsServers)
        {
            if (!IPEndPoint.TryParse(server, out _))
            {
                mistakes.Add($"SharpTcp:DnsServers has \"{server}\": give addresses, as 10.0.0.53, 2001:db8::53 or 10.0.0.53:5353.");
            }
        }

        if (options.Transport.Backlog < 1)
        {
            mistakes.Add($"SharpTcp:Transport:Backlog is {options.Transport.Backlog}: give at least 1.");
        }

        if (options.Transport.MaxReadBufferSize < 0 || options.Transport.MaxWriteBufferSize < 0)
        {
            mistakes.Add("SharpTcp:Transport:MaxReadBufferSize and MaxWriteBufferSize are bytes: give 0 for no limit, or more.");
        }

        if (options.ReadyTimeout < TimeSpan.Zero || options.ShutdownTimeout < TimeSpan.Zero)
        {
            mistakes.Add("SharpTcp:ReadyTimeout and SharpTcp:ShutdownTimeout are times: give 0 or more, as \"00:00:10\".");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static void CheckInterface(string path, SharpTcpInterfaceOptions options, List<string> mistakes)
    {
        if (string.IsNullOrEmpty(options.Tap) == string.IsNullOrEmpty(options.Tun))
        {
            mistakes.Add($"{path} must name a device: give either Tap or Tun, for example \"tap7\".");
        }

        foreach (var address in options.Addresses)
        {
            if (!Prefix.TryParse(address, null, out _))
            {
                mistakes.Add($"{path}:Addresses has \"{address}\": give addresses with the length of their prefix, as 10.0.0.7/24 or 2001:db8::7/64.");
            }
        }

        foreach (var gateway in options.Gateways)
        {
            if (!IpAddress.TryParse(gateway, null, out _))
            {
                mistakes.Add($"{path}:Gateways has \"{gateway}\": give addresses, as 10.0.0.1 or fe80::1.");
            }
        }

        if (options.Mac is { } mac && !MacAddress.TryParse(mac, null, out _))
        {
            mistakes.Add($"{path}:Mac is \"{mac}\": give an address as 02:00:5e:10:00:07.");
        }
    }
}
