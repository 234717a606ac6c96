using System.Text.Json.Serialization;
using Lorch.Core.Json;

namespace Lorch.Core.Protocol;

/// <summary>What a builder that is done with failing tests leads to.</summary>
[JsonConverter(typeof(FailingTestsRuleConverter))]
public enum FailingTestsRule
{
    /// <summary>The run fails.</summary>
    Fail,

    /// <summary>The builder is asked again.</summary>
    Changes,
}

/// <summary>The wire names of <see cref="FailingTestsRule"/>.</summary>
internal static class FailingTestsRuleNames
{
    public static readonly WireNames<FailingTestsRule> All = new(
        (FailingTestsRule.Fail, "fail"),
        (FailingTestsRule.Changes, "changes"));
}

internal sealed class FailingTestsRuleConverter() : WireNameConverter<FailingTestsRule>(FailingTestsRuleNames.All);
