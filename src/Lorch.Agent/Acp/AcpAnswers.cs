using System.Text.Json;
using System.Text.Json.Nodes;
using Lorch.Agent.Working;

namespace Lorch.Agent.Acp;

/// <summary>Answers what a tool asks for while a prompt is worked: permissions, files and terminals.</summary>
/// <param name="files">Reads and writes files for it.</param>
/// <param name="terminals">Runs commands for it.</param>
/// <param name="permissions">Decides what it may do.</param>
/// <param name="turn">The prompt.</param>
internal sealed class AcpAnswers(AcpFiles files, AcpTerminals terminals, AcpPermissions permissions, AcpTurn turn)
{
    private int _decisions;

    public AcpTurn Turn => turn;

    /// <summary>Makes the answer to a request for permission.</summary>
    /// <param name="option">The option that is chosen; none cancels what the tool asked for.</param>
    public static JsonObject Outcome(string? option) => new()
    {
        ["outcome"] = option is null
            ? new JsonObject { ["outcome"] = "cancelled" }
            : new JsonObject { ["outcome"] = "selected", ["optionId"] = option },
    };

    /// <summary>Answers a request.</summary>
    /// <exception cref="RpcError">It isn't permitted, or there is no such method.</exception>
    public async Task<JsonNode?> AnswerAsync(string method, JsonElement parameters, CancellationToken cancellationToken) => method switch
    {
        "session/request_permission" => await DecideAsync(parameters, cancellationToken),
        "fs/read_text_file" => new JsonObject
        {
            ["content"] = await GuardAsync(
                method,
                () => files.ReadAsync(
                    parameters.RequireText("path"),
                    parameters.FindCount("line"),
                    parameters.FindCount("limit"),
                    cancellationToken),
                cancellationToken),
        },
        "fs/write_text_file" => await GuardAsync(method, () => WriteAsync(parameters, cancellationToken), cancellationToken),
        "terminal/create" => await GuardAsync(method, () => CreateTerminalAsync(parameters, cancellationToken), cancellationToken),
        "terminal/output" => terminals.Output(parameters.RequireText("terminalId")),
        "terminal/wait_for_exit" => await terminals.WaitAsync(parameters.RequireText("terminalId"), cancellationToken),
        "terminal/kill" => await DoneAsync(terminals.KillAsync(parameters.RequireText("terminalId"))),
        "terminal/release" => await DoneAsync(terminals.ReleaseAsync(parameters.RequireText("terminalId"))),
        _ => throw new RpcError(RpcError.MethodNotFound, $"There is no method '{method}'."),
    };

    private static async Task<JsonObject> DoneAsync(Task work)
    {
        await work;
        return [];
    }

    private async Task<JsonObject> WriteAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        var path = parameters.RequireText("path");
        Require(new ToolCallFacts { Kind = "edit", Paths = [path] });
        await files.WriteAsync(path, parameters.RequireText("content"), cancellationToken);
        return [];
    }

    private async Task<JsonObject> CreateTerminalAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        var folder = parameters.FindText("cwd");
        var command = new TerminalCommand
        {
            Program = parameters.RequireText("command"),
            Arguments = [.. parameters.Items("args")
                .Select(argument => argument.ValueKind is JsonValueKind.String ? ToolJson.Text(argument) : argument.GetRawText())],
            Folder = folder,
            Environment = [.. parameters.Items("env")
                .Select(entry => KeyValuePair.Create(entry.RequireText("name"), entry.FindText("value") ?? ""))],
            OutputLimit = parameters.FindCount("outputByteLimit"),
        };
        if (command.Environment.Any(entry => entry.Key.Length == 0 || entry.Key.Contains('=', StringComparison.Ordinal))
            || command.Environment.SelectMany(entry => new[] { entry.Key, entry.Value })
                .Concat(command.Arguments)
                .Append(command.Program)
                .Any(word => word.Contains('\0', StringComparison.Ordinal)))
        {
            throw new RpcError(RpcError.InvalidParameters, "A word holds the character NUL, or a variable has no possible name.");
        }

        var line = string.Join(' ', [command.Program, .. command.Arguments]);
        Require(new ToolCallFacts { Kind = "execute", Command = line, Paths = folder is null ? [] : [folder] });
        await RecordAsync($"Runs for the tool: {line}", cancellationToken);
        return new JsonObject { ["terminalId"] = terminals.Create(command) };
    }

    private void Require(ToolCallFacts call)
    {
        if (permissions.Decide(call, turn.Request.Writable) is { IsGranted: false } refused)
        {
            throw new RpcError(RpcError.NotPermitted, $"Not permitted: {refused.Reason}.");
        }
    }

    private async Task<T> GuardAsync<T>(string method, Func<Task<T>> serve, CancellationToken cancellationToken)
    {
        try
        {
            return await serve();
        }
        catch (RpcError error) when (error.Code == RpcError.NotPermitted)
        {
            await RecordAsync($"Refused the tool's '{method}': {error.Message}", cancellationToken);
            throw;
        }
    }

    private async Task<JsonObject> DecideAsync(JsonElement parameters, CancellationToken cancellationToken)
    {
        var call = turn.Facts(parameters.Find("toolCall") ?? default);
        var decision = permissions.Decide(call, turn.Request.Writable);
        var option = Choose(parameters, decision.IsGranted);
        var what = call.Title ?? call.Command ?? call.Kind ?? "something that it doesn't name";
        await RecordAsync(
            $"{(decision.IsGranted && option is not null ? "Allowed" : "Refused")} the tool '{what}': {decision.Reason}.",
            cancellationToken);
        return Outcome(option);
    }

    /// <summary>Chooses the answer that holds for this once, where there is one.</summary>
    private static string? Choose(JsonElement parameters, bool isGranted)
    {
        string[] kinds = isGranted ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"];
        var options = parameters.Items("options").ToList();
        return kinds
            .Select(kind => options.Find(option => option.FindText("kind") == kind))
            .FirstOrDefault(option => option.ValueKind is JsonValueKind.Object)
            .FindText("optionId");
    }

    private Task RecordAsync(string text, CancellationToken cancellationToken)
    {
        const int maxDecisions = 200;
        return Interlocked.Increment(ref _decisions) switch
        {
            <= maxDecisions => turn.Request.Progress.RecordAsync(text, cancellationToken),
            maxDecisions + 1 => turn.Request.Progress.RecordAsync(
                "The tool asks for more than is worth recording: further decisions of this turn follow the same rules.",
                cancellationToken),
            _ => Task.CompletedTask,
        };
    }
}
