using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

namespace SharpTcp.Cli;

/// <summary>Does something in another network namespace: on a thread that goes there and ends.</summary>
internal static partial class NamespaceThread
{
    private const int NewNetwork = 0x4000_0000; // CLONE_NEWNET
    private const string Folder = "/run/netns";

    /// <summary>Runs a function in a network namespace.</summary>
    /// <param name="space">Its name or the path of its file; null for the namespace of this process, where the caller's own thread runs it.</param>
    /// <param name="function">What to do there. Descriptors that it opens belong to that namespace and may be used anywhere.</param>
    /// <exception cref="CliException">There is no such namespace, or no permission to enter it.</exception>
    public static T Run<T>(string? space, Func<T> function)
    {
        if (space is null)
            return function();
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(space);
                result = function();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return result;
    }

    private static void Enter(string space)
    {
        var path = space[0] == '/' ? space : $"{Folder}/{space}";
        try
        {
            using var file = File.OpenHandle(path);
            if (SetNamespace(file, NewNetwork) < 0)
                throw new CliException($"the network namespace {space} cannot be entered: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"there is no network namespace {space}: make it with \"ip netns add\", or give the path of its file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"the network namespace {space} cannot be opened: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeHandle descriptor, int kind);
}
