namespace Lorch.Build.Tests;

/// <summary>Agents that use a coding tool, from the first configuration to the question whether everything is there.</summary>
public sealed class UsingTools(ClonedRepository clone)
{
    [Fact]
    public async Task A_tool_that_is_not_installed_is_named_before_anything_is_spent()
    {
        using var project = new LorchProject(clone);
        project.Delete("lorch.json");
        (await project.BuildAsync("-t:LorchInit", "-p:Agents=claude-code")).Succeeded().Says("lorch.json").Says("dotnet build");
        var configuration = project.Records.Json("lorch.json");
        Assert.All(
            configuration.GetProperty("agents").EnumerateObject(),
            agent => Assert.Equal("claude-code", agent.Value.GetProperty("use").GetString()));
        Assert.Equal("changes", configuration.GetProperty("policy").GetProperty("on_failing_tests").GetString());
        project.Configure("\"claude-code\"", "\"exec:no-such-tool --quiet\"");

        var result = await project.BuildAsync("-t:LorchCheckAgents");

        var line = Array.FindIndex(project.Read("lorch.json").Split('\n'), text => text.Contains("no-such-tool", StringComparison.Ordinal))
            + 1;
        Assert.Matches($@"lorch\.json\({line},\d+\): error LORCH3011: .*no-such-tool", result.Failed().Output);
        Assert.False(Directory.Exists(Path.Combine(project.Root, "events")));
    }

    [Fact]
    public async Task A_tool_that_is_there_is_named_with_its_version_and_not_asked_for_work()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The stand-in is a shell script.");
        using var project = new LorchProject(clone);
        project.Delete("lorch.json");
        project.Write(
            "bin/claude",
            "#!/bin/sh\nif [ \"$*\" = --version ]; then echo '2.1.331 (Claude Code)'; else touch \"$0.asked\"; fi\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path.Combine(project.Root, "bin", "claude"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        project.Dotnet.Environment["PATH"] = $"{Path.Combine(project.Root, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        (await project.BuildAsync("-t:LorchInit", "-p:Agents=claude-code")).Succeeded();

        (await project.BuildAsync("-t:LorchCheckAgents")).Succeeded()
            .Says("builder uses Claude Code, version 2.1.331")
            .Says("spec_maintainer uses");
        (await project.BuildAsync("-t:LorchStatus")).Succeeded().Says("2.1.331");

        Assert.False(File.Exists(Path.Combine(project.Root, "bin", "claude.asked")));
    }

    [Fact]
    public async Task An_unknown_preset_is_refused_with_the_nearest()
    {
        using var project = new LorchProject(clone);
        project.Delete("lorch.json");

        (await project.BuildAsync("-t:LorchInit", "-p:Agents=claud-code")).Failed().Says("claude-code");

        Assert.False(File.Exists(Path.Combine(project.Root, "lorch.json")));
    }
}
