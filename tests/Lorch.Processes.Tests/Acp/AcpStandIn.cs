using System.Text.Json.Nodes;

namespace Lorch.Processes.Tests.Acp;

/// <summary>
/// Writes the shell script of a tool that speaks the Agent Client Protocol as a test says: line by line, whatever it hears.
/// </summary>
/// <remarks>What it hears it notes in the file <c>heard</c>. The ids are those of the package's agent, which counts from 1.</remarks>
internal sealed class AcpStandIn
{
    private readonly List<string> _lines =
    [
        "hear() { IFS= read -r line || exit 0; printf '%s\\n' \"$line\" >> \"$NOTES/heard\"; }",
        "echo started >> \"$NOTES/starts\"",
    ];

    private int _id;

    /// <summary>Greets.</summary>
    /// <param name="capabilities">Its capabilities: a JSON object.</param>
    /// <param name="more">Further members of the greeting, each with a comma before it.</param>
    public AcpStandIn Greets(string capabilities = "{}", string more = "") =>
        Hears().Answers(
            $$"""{"protocolVersion":1,"agentInfo":{"name":"stand-in","version":"1.2"},"agentCapabilities":{{capabilities}}{{more}}}""");

    /// <summary>Begins a session.</summary>
    public AcpStandIn Opens(string session = "s1") => Hears().Answers($$"""{"sessionId":"{{session}}"}""");

    /// <summary>Greets and begins a session.</summary>
    public AcpStandIn GreetsAndOpens() => Greets().Opens();

    /// <summary>Waits for a line.</summary>
    public AcpStandIn Hears() => Runs("hear");

    /// <summary>Answers the next of the agent's requests.</summary>
    public AcpStandIn Answers(string result) => Says($$"""{"jsonrpc":"2.0","id":{{++_id}},"result":{{result}}}""");

    /// <summary>Answers the next of the agent's requests with an error.</summary>
    public AcpStandIn Refuses(int code, string message) =>
        Says($$$"""{"jsonrpc":"2.0","id":{{{++_id}}},"error":{"code":{{{code}}},"message":"{{{message}}}"}}""");

    /// <summary>Ends the turn.</summary>
    public AcpStandIn Ends(string stopReason = "end_turn", string more = "") => Answers($$"""{"stopReason":"{{stopReason}}"{{more}}}""");

    /// <summary>Says a piece of its answer.</summary>
    public AcpStandIn Writes(string text, string session = "s1") => Updates(
        new JsonObject
        {
            ["sessionUpdate"] = "agent_message_chunk",
            ["content"] = new JsonObject { ["type"] = "text", ["text"] = text }
        }.ToJsonString(),
        session);

    /// <summary>Sends an update.</summary>
    public AcpStandIn Updates(string update, string session = "s1") =>
        Says($$$"""{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"{{{session}}}","update":{{{update}}}}}""");

    /// <summary>Asks the agent for something and waits for what it answers.</summary>
    public AcpStandIn Asks(string method, string parameters) =>
        Says($$$"""{"jsonrpc":"2.0","id":"ask","method":"{{{method}}}","params":{"sessionId":"s1",{{{parameters.Trim()}}}}}""").Hears();

    /// <summary>Asks whether it may do something, and waits for what it is answered.</summary>
    public AcpStandIn AsksToDo(
        string call,
        string options =
            """{"optionId":"always","name":"a","kind":"allow_always"},{"optionId":"yes","name":"y","kind":"allow_once"},{"optionId":"no","name":"n","kind":"reject_once"}""") =>
        Asks("session/request_permission", $"\"toolCall\":{{\"toolCallId\":\"c1\",{call.Trim()}}},\"options\":[{options}]");

    /// <summary>Writes a line as it is.</summary>
    public AcpStandIn Says(string line) => Runs($"printf '%s\\n' '{line.Replace("'", "'\\''", StringComparison.Ordinal)}'");

    /// <summary>Runs a line of shell.</summary>
    public AcpStandIn Runs(string shell)
    {
        _lines.Add(shell);
        return this;
    }

    /// <summary>Gives the script; at its end it waits for the end of its input.</summary>
    public override string ToString() => string.Join('\n', [.. _lines, "while :; do hear; done"]);
}
