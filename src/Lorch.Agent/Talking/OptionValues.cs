using System.Globalization;
using Lorch.Core.Configuration;
using Lorch.Core.Protocol;

namespace Lorch.Agent.Talking;

/// <summary>The options of one of the program's commands: <c>--name value</c>, or <c>--name</c> alone.</summary>
internal sealed class OptionValues
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads the options.</summary>
    /// <param name="command">The command they belong to, for messages.</param>
    /// <param name="arguments">The arguments behind the command.</param>
    /// <param name="valued">The options that have a value.</param>
    /// <param name="flags">The options that have none.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">An option is unknown, there twice, or lacks its value.</exception>
    public static OptionValues Read(
        string command,
        IEnumerable<string> arguments,
        IReadOnlyList<string> valued,
        IReadOnlyList<string> flags)
    {
        var options = new OptionValues();
        using var argument = arguments.GetEnumerator();
        while (argument.MoveNext())
        {
            var option = argument.Current;
            if (!valued.Contains(option) && !flags.Contains(option))
            {
                throw new UsageException(
                    $"{command} has no option '{option}'.{DidYouMean.Question(option, [.. valued, .. flags])} See lorch-agent --help.");
            }

            if (!flags.Contains(option) && !argument.MoveNext())
            {
                throw new UsageException($"{option} needs a value.");
            }

            if (!options._values.TryAdd(option, argument.Current))
            {
                throw new UsageException($"{option} is given twice.");
            }
        }

        return options;
    }

    /// <summary>Tells whether an option was given.</summary>
    public bool Has(string option) => _values.ContainsKey(option);

    /// <summary>Gives an option's value, or null.</summary>
    public string? Find(string option) => _values.GetValueOrDefault(option);

    /// <summary>Gives the value of an option that has to be there.</summary>
    public string Require(string option) => Find(option) ?? throw new UsageException($"{option} is missing. See lorch-agent --help.");

    /// <summary>Reads an option as an agent type, or null.</summary>
    public AgentType? FindType(string option) => Find(option) switch
    {
        null => null,
        var text when AgentTypeNames.All.TryParse(text, out var type) && type is not AgentType.System => type,
        var text => throw NoType(text),
    };

    /// <summary>Reads an option as a time.</summary>
    /// <param name="option">The option.</param>
    /// <param name="otherwise">The time if it isn't there.</param>
    public TimeSpan Seconds(string option, TimeSpan otherwise)
    {
        if (Find(option) is not { } text)
        {
            return otherwise;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0.001 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"{option} is '{text}'; expected seconds from 0.001 to 86400.");
    }

    private static UsageException NoType(string text)
    {
        var known = AgentTypeNames.All.Names.Where(name => name != AgentType.System.WireName).ToList();
        return new UsageException(
            $"'{text}' is no agent type; expected one of {string.Join(", ", known)}.{DidYouMean.Question(text, known)}");
    }
}
