using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lorch.Agent.Acp;

/// <summary>Answers what the other side of a conversation asks.</summary>
internal interface IRpcPartner
{
    /// <summary>Answers a request.</summary>
    /// <param name="method">What is asked for.</param>
    /// <param name="parameters">Its parameters; undefined if there are none.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any more.</param>
    /// <returns>The result.</returns>
    /// <exception cref="RpcError">The answer is an error.</exception>
    Task<JsonNode?> AnswerAsync(string method, JsonElement parameters, CancellationToken cancellationToken);

    /// <summary>Takes a notification. The next line is read when it returns.</summary>
    /// <param name="method">What is told.</param>
    /// <param name="parameters">Its parameters; undefined if there are none.</param>
    void Hear(string method, JsonElement parameters);

    /// <summary>Takes what is wrong with a line.</summary>
    /// <param name="problem">The sentence.</param>
    void Complain(string problem);
}
