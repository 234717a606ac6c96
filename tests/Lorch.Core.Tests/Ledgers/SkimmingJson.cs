using System.Text;
using System.Text.Json;
using CsCheck;
using Lorch.Core.Ledgers;

namespace Lorch.Core.Tests.Ledgers;

public sealed class SkimmingJson
{
    private const string Sample =
        """{"kind":"event","n":[-0.5e+3,10,0,{"a":{},"b":[]}],"t":"a\"\\\/\b\f\n\r\t\u00e9 é","x":[true,false,null],"o":{"p":{"q":[[1]]}}}""";

    [Fact]
    public void Shows_the_members_of_the_outermost_object_as_they_are_written()
    {
        var skim = new JsonSkim("""{"a":1,"b":{"a":[2,"x"]},"c":"\n"}"""u8);
        var members = new List<string>();

        while (skim.TryRead(out var name, out var value))
        {
            members.Add($"{Encoding.UTF8.GetString(name)}={Encoding.UTF8.GetString(value)}");
        }

        Assert.True(skim.IsWhole);
        Assert.Equal(["a=1", """b={"a":[2,"x"]}""", """c="\n" """.TrimEnd()], members);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("1")]
    [InlineData("""{"a":1}x""")]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":1.}""")]
    [InlineData("""{"a":-}""")]
    [InlineData("""{"a":1e}""")]
    [InlineData("""{"a":tru}""")]
    [InlineData("""{"a":"\x"}""")]
    [InlineData("""{"a":"\u00g0"}""")]
    [InlineData("""{"a":[1}}""")]
    [InlineData("""{"a":[1,]}""")]
    [InlineData("""{"a":{"b"}}""")]
    [InlineData("""{"a":"x}""")]
    [InlineData("{\"a\":\"\t\"}")]
    [InlineData("""{"a": 1}""")]
    public void Gives_up_on_what_is_unsound_or_unusual(string text) => Assert.False(IsWhole(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Gives_up_on_deep_nesting()
    {
        Assert.True(IsWhole(Encoding.UTF8.GetBytes($$"""{"a":{{new string('[', 60)}}1{{new string(']', 60)}}}""")));
        Assert.False(IsWhole(Encoding.UTF8.GetBytes($$"""{"a":{{new string('[', 61)}}1{{new string(']', 61)}}}""")));
    }

    [Fact]
    public void Finds_nothing_sound_that_the_framework_refuses() => Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.Int[0, 3], Gen.Char["\"\\{}[],:01.eE+-tfnu\u0001 aé"])
        .Sample(
            (place, change, character) =>
            {
                var text = change switch
                {
                    0 => Sample.Remove(place, 1),
                    1 => Sample.Insert(place, character.ToString()),
                    2 => Sample[..place],
                    _ => Sample.Remove(place, 1).Insert(place, character.ToString()),
                };
                var bytes = Encoding.UTF8.GetBytes(text);

                return !IsWhole(bytes) || IsSound(bytes);
            },
            iter: 20_000);

    [Fact]
    public void Goes_over_a_whole_sample() => Assert.True(IsWhole(Encoding.UTF8.GetBytes(Sample)));

    private static bool IsWhole(byte[] text)
    {
        var skim = new JsonSkim(text);
        while (skim.TryRead(out _, out _))
        {
        }

        return skim.IsWhole;
    }

    private static bool IsSound(byte[] text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
