using Lorch.Core.Agents;
using Lorch.Core.Globs;
using Lorch.Core.Hashing;
using Lorch.Core.Protocol;
using Lorch.Core.Tools;
using Lorch.Testing;

namespace Lorch.Core.Tests.Tools;

/// <summary>The prompts and presets that the package ships.</summary>
public sealed class ShippedFiles
{
    public static TheoryData<string> Presets { get; } = [.. ToolUse.Presets.Order()];

    /// <summary>
    /// Gets the digest of each prompt under its number. A prompt with another text needs the next number, or tasks would not notice.
    /// </summary>
    public static TheoryData<string, string, string> Prompts { get; } = new()
    {
        { "implement", "builtin-1", "52287070fe3d" },
        { "implement_changes", "builtin-1", "13fee49a0a2e" },
        { "review", "builtin-1", "2bccb22ed54d" },
        { "update_spec", "builtin-1", "8e082567add9" },
    };

    [Fact]
    public void Are_all_named() => Assert.Equal(
        ToolUse.Presets.Order(),
        Directory.EnumerateFiles(Path.Join(SourceTree.Root, "src/Lorch.Core/Tools/Presets"))
            .Select(Path.GetFileNameWithoutExtension)
            .Order());

    [Theory]
    [MemberData(nameof(Presets))]
    public void Fit_their_schema_and_their_type(string name)
    {
        Assert.Empty(SchemaCheck.Validate("preset", ToolPresets.ReadShipped(name).GetRawText()));

        var preset = ToolPresets.Get(ToolUse.TryParse(name)!, replaced: null);
        Assert.Equal(name, preset.Name);
        Assert.NotNull(preset.Install);
        Assert.NotNull(preset.SignIn);
        Assert.NotNull(ToolProbe.ReadVersion(preset.LeastVersion!));
        Assert.All(preset.Ignore ?? [], glob => GlobPattern.Parse(glob));
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public void Keep_their_number_as_long_as_their_text(string action, string number, string digest)
    {
        Assert.True(AgentActionNames.All.TryParse(action, out var known));

        Assert.Equal(number, ShippedPrompts.NameOf(known));
        Assert.Equal(digest, Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(ShippedPrompts.Read(known))).Hex[..12]);
        Assert.Empty(new PromptTemplate(ShippedPrompts.Read(known)).Unknown);
    }

    [Theory]
    [InlineData("exec:tool --flag 'two words' \"three more words\"", new[] { "tool", "--flag", "two words", "three more words" }, false)]
    [InlineData("acp:gemini --acp", new[] { "gemini", "--acp" }, true)]
    public void Are_not_needed_for_a_command(string text, string[] words, bool speaksAcp)
    {
        var use = ToolUse.TryParse(text)!;

        Assert.Equal(words, use.Command);
        Assert.Equal(speaksAcp, use.SpeaksAcp);
        Assert.Null(use.Preset);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("exec:")]
    [InlineData("exec: ")]
    [InlineData("Codex")]
    public void Are_no_other_texts(string text) => Assert.Null(ToolUse.TryParse(text));

    [Theory]
    [InlineData("2.1.331 (Claude Code)", "2.1.331")]
    [InlineData("codex-cli 0.169.0", "0.169.0")]
    [InlineData("aider 0.86", "0.86")]
    [InlineData("v7", "7.0")]
    [InlineData("no number", null)]
    public void Have_a_version_that_is_found_in_what_a_tool_says(string text, string? version) =>
        Assert.Equal(version, ToolProbe.ReadVersion(text)?.ToString());
}
