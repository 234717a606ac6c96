using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Core.Agents;

/// <summary>Finds who the person is that a build is for: as git knows them, or else the system.</summary>
internal static class PersonName
{
    private const string Git = "git";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Finds the name.</summary>
    /// <param name="folder">The workspace root: a repository may have a user of its own.</param>
    /// <param name="environment">The environment of the build.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The name, never empty.</returns>
    public static async Task<string> FindAsync(
        string folder,
        IReadOnlyDictionary<string, string> environment,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        await AskGitAsync(folder, environment, clock, cancellationToken) is { Length: > 0 } name ? name
            : Environment.UserName is { Length: > 0 } user ? user
            : "somebody";

    private static async Task<string> AskGitAsync(
        string folder,
        IReadOnlyDictionary<string, string> environment,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (new ProgramSearch(folder, environment).Find(Git, out var program) is not null)
        {
            return "";
        }

        // Of whom it is asked only settles who stands in a message.
        var question = new AgentCommandLine
        {
            Type = AgentType.System,
            Program = program!,
            Arguments = ["config", "user.name"],
            Folder = folder,
            Environment = environment
        };
        try
        {
            return await VersionQuestion.AskAsync(question, AgentEnvironment.SessionVariable, Patience, clock, cancellationToken);
        }
        catch (LorchException)
        {
            // A git that can't be started knows nobody.
            return "";
        }
    }
}
