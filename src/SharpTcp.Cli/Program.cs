using System;
using SharpTcp.Cli;
using SharpTcp.Exec;

if (ProgramRunner.TryBecomeProgram(args, out var status))
    return status;

var up = new UpRunner(Console.Out, Console.Error);
var demo = new DemoRunner(Console.Out, Console.Error);
var exec = new ExecRunner(Console.Error);
var link = new CableRunner(Console.Out);
return await new SharpTcpCommandLine(up.RunAsync, demo.RunAsync, link.RunAsync, exec.RunAsync).RunAsync(args, Console.Out, Console.Error);
