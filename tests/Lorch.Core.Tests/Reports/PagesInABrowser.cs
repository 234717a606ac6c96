using Lorch.Core.Reports;
using Lorch.Testing;

namespace Lorch.Core.Tests.Reports;

/// <summary>The pages in a real browser.</summary>
[LongSet]
public sealed class PagesInABrowser : IDisposable
{
    private static readonly Dictionary<string, Func<byte[]>> Pages = new()
    {
        ["ten rounds of changes"] = () => RunPage.Render(StoryUnderTest.Turns(10)),
        ["a failure"] = () => RunPage.Render(StoryUnderTest.Turns(2, StoryEnding.Failed)),
        ["ten thousand events"] = () => RunPage.Render(StoryUnderTest.Turns(700)),
        ["two hundred tasks"] = () => IndexPage.Render(StoryUnderTest.Tasks(200, 12)),
        ["nine tasks"] = () => IndexPage.Render(StoryUnderTest.Tasks(9, 2)),
        ["hostile texts"] = () => RunPage.Render(StoryUnderTest.Turns(
            1,
            StoryEnding.Failed,
            _ => "</script><script>alert(1)</script><img src=http://127.0.0.1:1/x onerror=alert(1)>\u202e" + new string('x', 100_000))),
    };

    private readonly TemporaryWorkspace _folder = new();

    public static TheoryData<string> Names => [.. Pages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ask_for_nothing_complain_of_nothing_and_fit_every_screen(string name)
    {
        await using var browser = await StartAsync();
        var page = Write(name);

        foreach (var (width, isDark) in ((int, bool)[])[(360, true), (1280, false), (2560, true)])
        {
            await browser.OpenAsync(page, width, isDark);
            var needed = await browser.EvaluateAsync("document.documentElement.scrollWidth");

            Assert.Empty(browser.Complaints);
            Assert.Equal([new Uri(page).AbsoluteUri], browser.Requests);
            Assert.True(needed.GetInt32() <= width, $"{needed} pixels are needed, and there are {width}");
        }
    }

    [Fact]
    public async Task Are_used_by_keyboard()
    {
        await using var browser = await StartAsync();
        await browser.OpenAsync(Write("ten rounds of changes"), 1280);

        await browser.PressAsync("j");
        await browser.PressAsync("j");
        var second = await browser.EvaluateAsync("document.querySelector('.step.on')?.id");
        await browser.PressAsync("k");
        var first = await browser.EvaluateAsync("document.querySelector('.step.on')?.id");
        await browser.PressAsync("a");
        var closed = await browser.EvaluateAsync("document.querySelectorAll('details:not([open])').length");

        var steps = await browser.EvaluateAsync("[...document.querySelectorAll('.step')].map(step => step.id)");
        Assert.Equal([first.GetString(), second.GetString()], steps.EnumerateArray().Take(2).Select(step => step.GetString()));
        Assert.Equal(0, closed.GetInt32());
        Assert.Empty(browser.Complaints);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<Chromium> StartAsync()
    {
        LongTests.SkipUnlessAsked();
        var program = Chromium.Find();
        Assert.SkipWhen(program is null, "There is no Chromium in the PATH.");
        return await Chromium.StartAsync(program);
    }

    private string Write(string name)
    {
        var file = _folder.At("page.html");
        File.WriteAllBytes(file, Pages[name]());
        return file;
    }
}
