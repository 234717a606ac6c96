namespace Lorch.Agent.Checking;

/// <summary>What became of a rule.</summary>
internal enum Verdict
{
    /// <summary>The agent did nothing that the rule is about.</summary>
    NotSeen,

    /// <summary>It kept the rule each time.</summary>
    Kept,

    /// <summary>It broke a rule that is only advice.</summary>
    Advice,

    /// <summary>It broke the rule at least once.</summary>
    Broken,
}

/// <summary>What was found about one rule.</summary>
internal sealed record RuleResult
{
    /// <summary>Gets the rule.</summary>
    public required ProtocolRule Rule { get; init; }

    /// <summary>Gets what became of it.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Gets what was found wrong, the first ones.</summary>
    public required IReadOnlyList<string> Found { get; init; }

    /// <summary>Gets how many more there were.</summary>
    public required int More { get; init; }
}

/// <summary>Collects what an agent does right and wrong, from whatever thread notices it.</summary>
internal sealed class Findings
{
    private const int MaxShown = 3;

    private readonly Lock _gate = new();
    private readonly HashSet<ProtocolRule> _kept = [];
    private readonly Dictionary<ProtocolRule, List<string>> _broken = [];

    /// <summary>Gets a value indicating whether every rule that was seen was kept, advice aside.</summary>
    public bool Conforms => Results().All(result => result.Verdict is not Verdict.Broken);

    /// <summary>Notes that rules were kept once.</summary>
    public void Keep(params ReadOnlySpan<ProtocolRule> rules)
    {
        lock (_gate)
        {
            foreach (var rule in rules)
            {
                _kept.Add(rule);
            }
        }
    }

    /// <summary>Notes that a rule was broken.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="what">What was found.</param>
    public void Break(ProtocolRule rule, string what)
    {
        lock (_gate)
        {
            if (!_broken.TryGetValue(rule, out var found))
            {
                _broken[rule] = found = [];
            }

            found.Add(what);
        }
    }

    /// <summary>Notes that a rule was kept or broken.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="problem">What was found; null if it was kept.</param>
    public void Require(ProtocolRule rule, string? problem)
    {
        if (problem is null)
        {
            Keep(rule);
        }
        else
        {
            Break(rule, problem);
        }
    }

    /// <summary>Gives one result for each rule, in their order.</summary>
    public IReadOnlyList<RuleResult> Results()
    {
        lock (_gate)
        {
            return [.. ProtocolRule.All.Select(ToResult)];
        }
    }

    private RuleResult ToResult(ProtocolRule rule)
    {
        var found = _broken.GetValueOrDefault(rule) ?? [];
        return new RuleResult
        {
            Rule = rule,
            Verdict = (found.Count > 0, rule.IsAdvice, _kept.Contains(rule)) switch
            {
                (true, true, _) => Verdict.Advice,
                (true, false, _) => Verdict.Broken,
                (false, _, true) => Verdict.Kept,
                _ => Verdict.NotSeen,
            },
            Found = [.. found.Take(MaxShown)],
            More = Math.Max(0, found.Count - MaxShown),
        };
    }
}
