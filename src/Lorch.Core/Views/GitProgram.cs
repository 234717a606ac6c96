using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Views;

/// <summary>Asks git, only ever in folders in which no agent writes.</summary>
internal sealed class GitProgram
{
    private const string Name = "git";

    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly TimeProvider _clock;

    private GitProgram(string program, IReadOnlyDictionary<string, string> environment, TimeProvider clock) =>
        (_program, _environment, _clock) = (program, environment, clock);

    /// <summary>Finds git.</summary>
    /// <param name="folder">The workspace root.</param>
    /// <param name="environment">The environment of the build.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>The program; <see langword="null"/> if there is none.</returns>
    public static GitProgram? Find(string folder, IReadOnlyDictionary<string, string> environment, TimeProvider clock)
    {
        var own = new Dictionary<string, string>(environment);
        AgentEnvironment.KeepFromRepository(own);

        // A question must not refresh the index of the repository: somebody else may be at it.
        own["GIT_OPTIONAL_LOCKS"] = "0";
        return new ProgramSearch(folder, own).Find(Name, out var program) is null ? new GitProgram(program!, own, clock) : null;
    }

    /// <summary>Asks.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="arguments">What.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>The exit code and all that git wrote; no exit code if it can't be started.</returns>
    public async Task<(int? ExitCode, byte[] Output)> AskAsync(
        string folder,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        var line = new AgentCommandLine
        {
            Type = AgentType.System,
            Program = _program,
            Arguments = arguments,
            Folder = folder,
            Environment = _environment,
        };
        try
        {
            await using var process = AgentProcess.Start(line, _clock);
            await process.Input.DisposeAsync();
            using var answer = new MemoryStream();
            var complaints = process.Error.CopyToAsync(Stream.Null, CancellationToken.None);
            await process.Output.CopyToAsync(answer, cancellationToken);
            await process.Ended.WaitAsync(cancellationToken);
            await complaints;
            return (process.ToExit([]).ExitCode, answer.ToArray());
        }
        catch (LorchException)
        {
            // A git that can't be started is none.
            return (null, []);
        }
    }
}
