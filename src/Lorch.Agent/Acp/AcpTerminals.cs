using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lorch.Core;
using Lorch.Core.Agents;
using Lorch.Core.Agents.Processes;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Acp;

/// <summary>Runs the commands that a tool asks for, in the workspace.</summary>
/// <param name="places">Tells what is inside the workspace.</param>
/// <param name="type">The agent's type.</param>
/// <param name="environment">The agent's environment, which commands inherit.</param>
/// <param name="clock">The clock.</param>
internal sealed class AcpTerminals(
    AcpPlaces places,
    AgentType type,
    IReadOnlyDictionary<string, string> environment,
    TimeProvider clock) : IAsyncDisposable
{
    private const int MaxTerminals = 16;
    private const int MaxOutputBytes = 1024 * 1024;

    private readonly ConcurrentDictionary<string, Terminal> _terminals = new(StringComparer.Ordinal);
    private int _lastId;

    /// <summary>Starts a command.</summary>
    /// <param name="command">What is run.</param>
    /// <returns>The terminal's id.</returns>
    /// <exception cref="RpcError">It may not or can't be started.</exception>
    public string Create(TerminalCommand command)
    {
        if (_terminals.Count >= MaxTerminals)
        {
            throw new RpcError(
                RpcError.NotPermitted,
                string.Create(CultureInfo.InvariantCulture, $"{MaxTerminals} terminals are open. Release one."));
        }

        var folder = Folder(command.Folder);
        var variables = new Dictionary<string, string>(environment);
        foreach (var (name, value) in command.Environment)
        {
            variables[name] = value;
        }

        var line = CommandLine(command, folder, variables);
        try
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"terminal-{Interlocked.Increment(ref _lastId)}");
            var process = AgentProcess.Start(line, clock, AgentEnvironment.ToolSessionVariable);
            _terminals[id] = new Terminal(process, (int)Math.Clamp(command.OutputLimit ?? MaxOutputBytes, 1, MaxOutputBytes));
            return id;
        }
        catch (LorchException exception)
        {
            throw new RpcError(RpcError.InternalError, exception.Message);
        }
    }

    /// <summary>Gives what a command printed, and how it ended if it did.</summary>
    public JsonObject Output(string id)
    {
        var terminal = Find(id);
        var (text, isCut) = terminal.Output;
        var output = new JsonObject { ["output"] = text, ["truncated"] = isCut };
        if (terminal.Ended.IsCompleted)
        {
            output["exitStatus"] = terminal.ExitStatus();
        }

        return output;
    }

    /// <summary>Waits for a command's end.</summary>
    public async Task<JsonObject> WaitAsync(string id, CancellationToken cancellationToken)
    {
        var terminal = Find(id);
        await terminal.Ended.WaitAsync(cancellationToken);
        return terminal.ExitStatus();
    }

    /// <summary>Ends a command; what it printed stays.</summary>
    public Task KillAsync(string id) => Find(id).StopAsync();

    /// <summary>Ends a command and forgets it.</summary>
    public async Task ReleaseAsync(string id)
    {
        await using var terminal = Find(id);
        _terminals.TryRemove(id, out _);
    }

    /// <summary>Ends all commands.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var id in _terminals.Keys)
        {
            if (_terminals.TryRemove(id, out var terminal))
            {
                await terminal.DisposeAsync();
            }
        }
    }

    /// <summary>Some tools give a whole line for a shell where a program's name is expected.</summary>
    private AgentCommandLine CommandLine(TerminalCommand command, string folder, Dictionary<string, string> variables)
    {
        var search = new ProgramSearch(folder, variables);
        var line = new AgentCommandLine
        {
            Type = type,
            Program = "",
            Arguments = command.Arguments,
            Folder = folder,
            Environment = variables
        };
        if (search.Find(command.Program, out var program) is not { } problem)
        {
            return line with { Program = program! };
        }

        if (command.Arguments.Count == 0 && command.Program.Contains(' ', StringComparison.Ordinal)
            && search.Find(OperatingSystem.IsWindows() ? "cmd" : "sh", out var shell) is null)
        {
            return OperatingSystem.IsWindows()
                ? line with { Program = shell!, ShellLine = command.Program }
                : line with { Program = shell!, Arguments = ["-c", command.Program] };
        }

        throw new RpcError(RpcError.NotFound, problem);
    }

    private string Folder(string? folder)
    {
        if (folder is null)
        {
            return places.Root;
        }

        return !places.TryFind(
            folder,
            toWrite: true,
            out var place,
            out var problem) ? throw new RpcError(RpcError.NotPermitted, $"'{folder}' {problem}.")
            : place is null ? places.Root
            : Directory.Exists(Path.Join(places.Root, place.ToString())) ? Path.Join(places.Root, place.ToString())
            : throw new RpcError(RpcError.NotFound, $"Resource not found: there is no folder '{place}'.");
    }

    private Terminal Find(string id) =>
        _terminals.GetValueOrDefault(id) ?? throw new RpcError(RpcError.NotFound, $"Resource not found: there is no terminal '{id}'.");

    private sealed class Terminal : IAsyncDisposable
    {
        private static readonly StopLadder Ladder = new(TimeSpan.Zero, TimeSpan.FromSeconds(0.5));

        private readonly AgentProcess _process;
        private readonly int _limit;
        private readonly Lock _gate = new();
        private readonly Queue<byte> _bytes = new();
        private readonly SemaphoreSlim _stopping = new(1);
        private bool _isCut;

        public Terminal(AgentProcess process, int limit)
        {
            _process = process;
            _limit = limit;
            process.Input.Dispose();
            Ended = Task.WhenAll(CollectAsync(process.Output), CollectAsync(process.Error), process.Ended);
        }

        public Task Ended { get; }

        public (string Text, bool IsCut) Output
        {
            get
            {
                lock (_gate)
                {
                    var bytes = _bytes.ToArray();

                    // What is cut off at the front may have been half a character.
                    var start = _isCut ? Array.FindIndex(bytes, value => (value & 0xC0) != 0x80) : 0;
                    return (new UTF8Encoding(false).GetString(bytes.AsSpan(Math.Max(start, 0))), _isCut);
                }
            }
        }

        public JsonObject ExitStatus()
        {
            var exit = _process.ToExit([]);
            return new JsonObject { ["exitCode"] = exit.ExitCode, ["signal"] = exit.Signal };
        }

        public async Task StopAsync()
        {
            await _stopping.WaitAsync();
            try
            {
                if (!_process.Ended.IsCompleted)
                {
                    await _process.StopAsync(Ladder, CancellationToken.None);
                }
            }
            finally
            {
                _stopping.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _process.StopAsync(Ladder, CancellationToken.None);
            await _process.DisposeAsync();
            await Ended;
            _stopping.Dispose();
        }

        private async Task CollectAsync(Stream stream)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await stream.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
                {
                    Keep(buffer.AsSpan(0, count));
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // It went with the process.
            }
        }

        private void Keep(ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                foreach (var value in bytes)
                {
                    _bytes.Enqueue(value);
                }

                while (_bytes.Count > _limit)
                {
                    _bytes.Dequeue();
                    _isCut = true;
                }
            }
        }
    }
}

/// <summary>What a tool wants to run.</summary>
internal sealed record TerminalCommand
{
    /// <summary>Gets the program.</summary>
    public required string Program { get; init; }

    /// <summary>Gets its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Gets the absolute path of its folder; null: the workspace root.</summary>
    public string? Folder { get; init; }

    /// <summary>Gets what is added to its environment.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>Gets how many bytes of what it prints are kept, the last ones; null: as many as there may be.</summary>
    public long? OutputLimit { get; init; }
}
