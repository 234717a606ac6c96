using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Lorch.Core.Hashing;
using Lorch.Testing;

namespace Lorch.Core.Tests;

/// <summary>What holds for the source as a whole.</summary>
public sealed partial class ArchitectureTests
{
    private const string Core = "src/Lorch.Core";

    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Assembly = typeof(TaskId).Assembly;

    /// <summary>The ladder: a folder may know those on lower rungs, never its siblings and never those above.</summary>
    private static readonly Dictionary<string, int> Rungs = new()
    {
        ["Hashing"] = 1,
        ["Storage"] = 2,
        ["Protocol"] = 3,
        ["Tools"] = 4,
        ["Workflows"] = 5,
        ["Agents"] = 5,
        ["Snapshots"] = 5,
        ["Ledgers"] = 5,
        ["Receipts"] = 5,
        ["Transcripts"] = 5,
        ["Configuration"] = 6,
        ["UpToDate"] = 6,
        ["Runs"] = 7,
    };

    public static TheoryData<string> Folders { get; } = [.. Rungs.Keys];

    /// <summary>Gets one text of every kind of value that is one string on disk.</summary>
    public static TheoryData<Type, string> Texts { get; } = new()
    {
        { typeof(TaskId), "T-1" },
        { typeof(RunId), "run-20260131-090500-0a1b2c3d" },
        { typeof(SnapshotId), "snap-d0ab7e60b764" },
        { typeof(CorrelationId), "corr-T-1-implement-0" },
        { typeof(MessageId), "0198c0de-0000-7000-8000-000000000000" },
        { typeof(RelativePath), "src/ä b.cs" },
        { typeof(Sha256Digest), $"sha256:{new string('0', 64)}" },
        { typeof(IdempotencyKey), $"ik:{new string('0', 64)}" },
    };

    /// <summary>A writer refuses what is too long with an exception, so whoever owns one bounds what goes out before.</summary>
    [Fact]
    public void Lines_to_the_other_side_are_written_by_those_alone_who_bound_them() => Assert.Equal(
        ["AgentSession.cs", "AgentVoice.cs", "CheckedAgent.cs"],
        SourceTree.Sources("src").Where(file => File.ReadAllText(file).Contains("new NdjsonWriter(", StringComparison.Ordinal) || File.ReadAllText(file).Contains("NdjsonWriter _writer = new(", StringComparison.Ordinal))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_folder_has_its_rung() => Assert.Equal(
        Rungs.Keys.Order(),
        SourceTree.Sources(Core).Select(FolderOf).OfType<string>().Distinct().Order());

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_knows_only_what_stands_below_it(string folder)
    {
        var types = Assembly.GetTypes().Where(type => type.DeclaringType is null).Select(type => $"{type.Namespace}.{type.Name.Split('`')[0]}").ToHashSet();

        var broken =
            from file in SourceTree.Sources($"{Core}/{folder}")
            from other in References(File.ReadAllText(file), types)
            where other != folder && Rungs[other] >= Rungs[folder]
            select $"{Path.GetFileName(file)} knows {other}";

        Assert.Empty(broken.Distinct());
    }

    [Fact]
    public void The_words_of_the_root_know_nothing_but_the_framework() =>
        Assert.DoesNotContain(SourceTree.Sources(Core).Where(file => FolderOf(file) is null), file => OwnUsing().IsMatch(File.ReadAllText(file)));

    [Fact]
    public void Files_lie_in_the_folder_of_their_namespace() => Assert.All(SourceTree.Sources(Core), file => Assert.Contains(
        FolderOf(file) is { } folder ? $"namespace Lorch.Core.{folder};" : "namespace Lorch.Core;",
        File.ReadAllText(file),
        StringComparison.Ordinal));

    [Fact]
    public void No_namespace_of_our_own_is_used_everywhere()
    {
        var projects = Directory.EnumerateFiles(Path.Join(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Join(SourceTree.Root, "Directory.Build.props"));

        Assert.DoesNotContain(SourceTree.Sources("src"), file => GlobalUsing().IsMatch(File.ReadAllText(file)));
        Assert.DoesNotContain(projects, file => File.ReadAllText(file).Contains("<Using Include=\"Lorch", StringComparison.Ordinal));
    }

    [Fact]
    public void The_pipes_of_a_process_are_touched_where_they_are_bounded_and_nowhere_else() => Assert.Equal(
        ["AgentProcess.cs"],
        SourceTree.Sources("src").Where(file => PipeOfProcess().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));

    [Theory]
    [InlineData("Workflows")]
    [InlineData("UpToDate")]
    public void What_decides_waits_for_nothing(string folder)
    {
        var methods = TypesOf(folder).SelectMany(type => type.GetMethods(Everything)).ToList();

        Assert.NotEmpty(methods);
        Assert.DoesNotContain(methods, method => method.IsDefined(typeof(AsyncStateMachineAttribute)) || IsImpure(method.ReturnType));
        Assert.DoesNotContain(methods, method => method.GetParameters().Any(parameter => IsImpure(parameter.ParameterType)));
        Assert.DoesNotContain(TypesOf(folder).SelectMany(type => type.GetFields(Everything)), field => IsImpure(field.FieldType));
    }

    [Theory]
    [InlineData("Workflows")]
    [InlineData("UpToDate")]
    [InlineData("Hashing")]
    public void What_decides_sees_no_clock_no_disk_and_no_chance(string folder) =>
        Assert.DoesNotContain(SourceTree.Sources($"{Core}/{folder}"), file => Outside().IsMatch(File.ReadAllText(file)));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_kind_of_text_survives_json(Type type, string text)
    {
        var json = JsonSerializer.Serialize(text);

        var value = JsonSerializer.Deserialize(json, type)!;

        Assert.Equal(text, value.ToString());
        Assert.Equal(value, JsonSerializer.Deserialize(JsonSerializer.Serialize(value, type), type));
    }

    [Fact]
    public void Every_kind_of_text_is_tried_here() => Assert.Equal(
        Assembly.GetTypes()
            .Where(type => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ITextValue<>)))
            .Select(type => type.Name)
            .Order(),
        Texts.Select(row => row.Data.Item1.Name).Order());

    [Fact]
    public void Every_enum_that_is_written_has_a_converter_of_its_own()
    {
        var written = Assembly.GetTypes()
            .SelectMany(type => type.GetProperties())
            .Where(property => property.IsDefined(typeof(JsonPropertyNameAttribute)))
            .Select(property => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
            .Where(type => type.IsEnum)
            .ToList();

        Assert.NotEmpty(written);
        Assert.All(written, type => Assert.True(type.IsDefined(typeof(JsonConverterAttribute)), type.Name));
    }

    [Fact]
    public void Every_code_is_well_formed_and_there_once()
    {
        var codes = Codes();

        Assert.All(codes, code => Assert.Matches("^LORCH[1-4][0-9]{3}$", code));
        Assert.Equal(codes.Distinct(), codes);
        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
    }

    [Fact]
    public void Every_code_has_its_section_in_the_documentation_and_every_section_its_code()
    {
        var page = File.ReadAllText(Path.Join(SourceTree.Root, "docs", "diagnostics.md"));

        Assert.Equal(Codes(), CodeHeading().Matches(page).Select(match => match.Groups[1].Value));
    }

    private static IEnumerable<Type> TypesOf(string folder) => Assembly.GetTypes().Where(type => type.Namespace == $"Lorch.Core.{folder}");

    private static bool IsImpure(Type type) =>
        typeof(Task).IsAssignableFrom(type)
        || typeof(TimeProvider).IsAssignableFrom(type)
        || typeof(FileSystemInfo).IsAssignableFrom(type)
        || typeof(Random).IsAssignableFrom(type)
        || type == typeof(ValueTask)
        || type == typeof(CancellationToken)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ValueTask<>) || type.GetGenericArguments().Any(IsImpure)));

    private static string? FolderOf(string file)
    {
        var parts = Path.GetRelativePath(Path.Join(SourceTree.Root, Core), file).Split(Path.DirectorySeparatorChar);
        return parts.Length > 1 ? parts[0] : null;
    }

    /// <summary>The folders that a file names: by <c>using</c>, in full, or in short where the second word is a type of that folder.</summary>
    private static IEnumerable<string> References(string source, HashSet<string> types) =>
        FullName().Matches(source).Select(match => match.Groups[1].Value)
            .Concat(ShortName().Matches(source)
                .Where(match => types.Contains($"Lorch.Core.{match.Groups[1].Value}.{match.Groups[2].Value}"))
                .Select(match => match.Groups[1].Value))
            .Where(Rungs.ContainsKey);

    private static List<string> Codes() =>
        [.. typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    [GeneratedRegex(@"\bLorch\.Core\.(\w+)")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])(\w+)\.(\w+)")]
    private static partial Regex ShortName();

    [GeneratedRegex(@"^using (static )?(\w+ = )?Lorch\.", RegexOptions.Multiline)]
    private static partial Regex OwnUsing();

    [GeneratedRegex(@"^global using", RegexOptions.Multiline)]
    private static partial Regex GlobalUsing();

    [GeneratedRegex(@"(?<![\w.])(File|Directory|Path|Environment|Console|Process|Random|Thread|Stopwatch)\.[A-Z]|\bDateTime(Offset)?\.(Utc)?Now\b|\bNewGuid\b|\bnew (FileInfo|DirectoryInfo|FileStream|Random)\b")]
    private static partial Regex Outside();

    [GeneratedRegex(@"\.Standard(Input|Output|Error)\b|\bRedirectStandard|\b(Output|Error)DataReceived\b|\bnew Process(StartInfo)?\b|\bProcess\.Start\b")]
    private static partial Regex PipeOfProcess();

    [GeneratedRegex(@"^##+ (LORCH[0-9]*)", RegexOptions.Multiline)]
    private static partial Regex CodeHeading();
}
