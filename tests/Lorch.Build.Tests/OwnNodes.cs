using System.Diagnostics;
using Lorch.Testing;

namespace Lorch.Build.Tests;

/// <summary>Keeps processes that stay after a build to this test, and ends them.</summary>
internal sealed class OwnNodes : IAsyncDisposable
{
    private const string Salt = "MSBUILDNODEHANDSHAKESALT";

    private readonly string _salt = Guid.NewGuid().ToString("N");

    public OwnNodes(params Dotnet[] commands) => Array.ForEach(commands, command => command.Environment[Salt] = _salt);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in LeftoverProcesses.With($"{Salt}={_salt}"))
        {
            using var process = Process.GetProcessById(node);
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
