using System.Globalization;
using System.Text.Json.Nodes;
using Lorch.Core.Globs;

namespace Lorch.Core.Tests.UpToDate;

/// <summary>A task of a history: what it is about, and what its agents do whenever they are asked.</summary>
internal sealed record DrawnTask
{
    private static readonly string[][] Globs =
        [[], ["specs/**"], ["specs/a.md"], ["src/**"], ["specs/**", "src/**"], ["docs/**", "src/2.txt"]];

    public required string Id { get; init; }

    public string Goal { get; init; } = "begin";

    public required IReadOnlyList<string> Inputs { get; init; }

    public string? DependsOn { get; init; }

    public bool Regenerate { get; init; }

    /// <summary>How it is checked; another number is another way.</summary>
    public int Checks { get; init; }

    /// <summary>Whether all that its builder writes stands in its expected outputs.</summary>
    public bool IsForeseen { get; init; }

    /// <summary>Whether its builder writes the same whenever it is asked.</summary>
    public bool IsConstant { get; init; }

    /// <summary>What its builder writes.</summary>
    public required IReadOnlyList<string> Writes { get; init; }

    /// <summary>The specification that its spec maintainer corrects.</summary>
    public string? Maintains { get; init; }

    public bool Covers(string path) => Inputs.Any(glob => GlobPattern.Parse(glob).IsMatch(path));

    public DrawnTask WithOtherInputs(int lot) => this with { Inputs = Globs[1 + (lot % (Globs.Length - 1))] };

    /// <summary>
    /// Draws tasks. Where some regenerate their files, all that any of them makes is foreseen: no order follows from what nobody knows.
    /// </summary>
    public static IReadOnlyList<DrawnTask> Draw(IReadOnlyList<int> lots)
    {
        var tasks = lots.Select((lot, index) => Draw(index + 1, lot)).ToList();
        return !tasks.Any(task => task.Regenerate) ? tasks :
        [
            .. tasks.Select(task => task with
            {
                IsForeseen = true,
                Maintains = null,
                Writes = task.Regenerate ? [task.Writes[0]] : task.Writes,
            }),
        ];
    }

    public string ToJson()
    {
        var task = new JsonObject { ["id"] = Id, ["goal"] = Goal };
        if (Inputs.Count > 0)
        {
            task["inputs"] = new JsonArray([.. Inputs.Select(glob => JsonValue.Create(glob))]);
        }

        if (IsForeseen)
        {
            task["expected_outputs"] = new JsonArray([.. Writes.Select(path => new JsonObject { ["path"] = path })]);
        }

        if (DependsOn is { } other)
        {
            task["depends_on"] = new JsonArray(other);
        }

        if (Checks > 0)
        {
            task["verify"] = new JsonArray(
                new JsonObject { ["cmd"] = new JsonArray("check", Checks.ToString(CultureInfo.InvariantCulture)) });
        }

        if (Regenerate)
        {
            task["regenerate"] = true;
        }

        return task.ToJsonString();
    }

    private static DrawnTask Draw(int number, int lot)
    {
        var own = string.Create(CultureInfo.InvariantCulture, $"src/{number}.txt");
        var inputs = Globs[lot % 6];
        return new DrawnTask
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"T-{number}"),
            Inputs = inputs,
            Regenerate = inputs.Length > 0 && lot / 6 % 4 == 0,
            IsConstant = lot / 24 % 2 == 0,
            DependsOn = number > 1 && lot / 48 % 3 == 0 ? string.Create(CultureInfo.InvariantCulture, $"T-{number - 1}") : null,
            Writes = (lot / 144 % 4) switch
            {
                1 => [own, "src/shared.txt"],
                2 => [own, "specs/b.md"],
                _ => [own],
            },
            Maintains = lot / 144 % 4 == 3 ? "specs/a.md" : null,
            IsForeseen = lot / 576 % 2 == 0,
        };
    }
}
