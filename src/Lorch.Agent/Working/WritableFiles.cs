using Lorch.Core;
using Lorch.Core.Globs;
using Lorch.Core.Protocol;
using Lorch.Core.Workflows;

namespace Lorch.Agent.Working;

/// <summary>What an agent may change for one command, and what is left out of sight.</summary>
internal sealed class WritableFiles
{
    private readonly HashSet<RelativePath> _expected;
    private readonly IReadOnlyList<GlobPattern> _produces;
    private readonly IReadOnlyList<GlobPattern> _ignored;

    /// <summary>Initializes a new instance of the <see cref="WritableFiles"/> class.</summary>
    /// <param name="command">The command.</param>
    /// <param name="taskProduces">What the task says of its builder; null: nothing.</param>
    /// <param name="agentProduces">What the agent says; null: nothing.</param>
    /// <param name="ignored">What the tool drops.</param>
    public WritableFiles(
        Command command,
        IReadOnlyList<string>? taskProduces,
        IReadOnlyList<string>? agentProduces,
        IEnumerable<string> ignored)
    {
        var type = command.To.AgentType;
        Globs = (type is AgentType.Builder ? taskProduces : null) ?? agentProduces ?? UsualProduces.Of(type);
        _produces = [.. Globs.Select(GlobPattern.Parse)];
        _expected = [.. command.ExpectedOutputs.Select(output => output.Path)];
        _ignored = [.. ignored.Select(GlobPattern.ParseOmission)];
    }

    /// <summary>Gets the globs of what may be changed, beside the expected outputs.</summary>
    public IReadOnlyList<string> Globs { get; }

    /// <summary>Whether a file may be created, changed or deleted.</summary>
    public bool Allows(RelativePath path) => _expected.Contains(path) || _produces.Any(glob => glob.IsMatch(path.ToString()));

    /// <summary>Whether nobody minds a file.</summary>
    public bool Ignores(RelativePath path) => !_expected.Contains(path) && _ignored.Any(glob => glob.IsMatch(path.ToString()));
}
