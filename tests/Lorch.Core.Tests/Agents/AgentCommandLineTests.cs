using System.Text.Json;
using Lorch.Core.Agents;
using Lorch.Core.Protocol;
using Lorch.Core.Storage;
using Lorch.Testing;

namespace Lorch.Core.Tests.Agents;

public sealed class AgentCommandLineTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly Dictionary<string, string> _environment;

    public AgentCommandLineTests() =>
        _environment = new() { ["PATH"] = _workspace.At("empty") + Path.PathSeparator + _workspace.At("bin") };

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Means_the_packaged_agent_by_its_name()
    {
        var line = Resolve("lorch-agent", "mock", "--type", "builder");

        Assert.Equal(_workspace.At("dotnet"), line.Program);
        Assert.Equal([_workspace.At("lorch-agent.dll"), "mock", "--type", "builder"], line.Arguments);
        Assert.Equal(_workspace.Root, line.Folder);
    }

    [Fact]
    public void Searches_the_path_of_the_agents_environment()
    {
        var program = Executable("bin/coder");

        Assert.Equal(program, Resolve("coder").Program);
    }

    [Fact]
    public void Takes_a_name_with_a_slash_from_the_workspace_root()
    {
        var program = Executable("tools/coder");

        Assert.Equal(program, Resolve("./tools/coder").Program);
        Assert.Equal(program, Resolve("tools/coder").Program);
        Assert.Equal(program, Resolve(program).Program);
    }

    [Fact]
    public void Passes_over_what_is_not_executable_in_the_path()
    {
        _workspace.Write("empty/coder", "not a program");
        var program = Executable("bin/coder");

        Assert.Equal(program, Resolve("coder").Program);
    }

    [Fact]
    public void Leaves_arguments_as_they_are()
    {
        Executable("bin/coder");

        Assert.Equal(["", "a b", "$HOME", "*", "\"", "--x=\n"], Resolve("coder", "", "a b", "$HOME", "*", "\"", "--x=\n").Arguments);
    }

    [Fact]
    public void Says_that_a_program_is_not_in_the_path_and_not_the_path()
    {
        var problem = Check("coder")!;

        Assert.Equal(DiagnosticCode.AgentNotStarted, problem.Code);
        Assert.Contains("'builder'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("there is no 'coder' in the PATH", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_workspace.At("bin"), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_path_is_missing() =>
        Assert.Contains($"there is no '{_workspace.At("tools/coder")}'", Check("tools/coder")!.Message, StringComparison.Ordinal);

    [Fact]
    public void Says_that_a_folder_is_no_program()
    {
        _workspace.Write("tools/coder/readme", "");

        Assert.Contains("is a folder", Check("tools/coder")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_a_file_is_not_executable()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such mode.");
        _workspace.Write("tools/coder", "#!/bin/sh");

        Assert.Contains("chmod +x", Check("tools/coder")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_the_package_is_incomplete()
    {
        var host = new AgentHost { DotnetPath = _workspace.Write("dotnet", ""), AgentAssemblyPath = _workspace.At("gone.dll") };

        var problem = AgentCommandLine.Check(Settings("lorch-agent"), host, Layout, _environment)!;

        Assert.Contains("gone.dll", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_no_program_is_named() =>
        Assert.Contains("agents.builder.cmd", Check()!.Message, StringComparison.Ordinal);

    [Fact]
    public void Finds_nothing_wrong_with_what_can_be_started()
    {
        Executable("bin/coder");

        Assert.Null(Check("coder"));
    }

    private WorkspaceLayout Layout => new(_workspace.Root, null);

    private AgentHost Host => new()
    {
        DotnetPath = _workspace.Write("dotnet", ""),
        AgentAssemblyPath = _workspace.Write("lorch-agent.dll", ""),
    };

    private AgentCommandLine Resolve(params string[] command) =>
        AgentCommandLine.Resolve(Settings(command), Host, Layout, _environment);

    private Diagnostic? Check(params string[] command) => AgentCommandLine.Check(Settings(command), Host, Layout, _environment);

    private string Executable(string path)
    {
        var file = _workspace.Write(OperatingSystem.IsWindows() ? $"{path}.EXE" : path, "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return file;
    }

    private static AgentSettings Settings(params string[] command) => new()
    {
        Type = AgentType.Builder,
        Command = command,
        Identity = JsonElement.Parse("{}"),
    };
}
