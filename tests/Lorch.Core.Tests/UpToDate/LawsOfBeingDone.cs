using System.Collections.Concurrent;
using CsCheck;
using Lorch.Testing;

namespace Lorch.Core.Tests.UpToDate;

/// <summary>What holds in whatever order people, agents, failures and branches take turns.</summary>
public sealed class LawsOfBeingDone
{
    private static readonly Gen<(int[] Tasks, int[] Deeds)> Histories =
        Gen.Select(Gen.Int[0, 1151].Array[1, 4], Gen.Int[0, 15_999].Array[3, 14], (tasks, deeds) => (tasks, deeds));

    private static int Iterations => LongTests.AreAllAsked ? 2_500 : LongTests.AreAsked ? 300 : 15;

    /// <summary>
    /// A build after a build with no edit between them works nothing, and nothing is worked without a reason. What a person wrote stays,
    /// unless an agent was asked for that very file. A task is never done on a tree that doesn't hold its work.
    /// </summary>
    [LongSet]
    [Fact]
    public async Task Nothing_is_paid_for_twice_nothing_is_overwritten_unasked_and_nothing_is_done_that_is_not_there()
    {
        var counts = new ConcurrentDictionary<string, int>();
        await Histories.SampleAsync(
            async drawn =>
            {
                Count("histories");
                using var history = new WorkedHistory(DrawnTask.Draw(drawn.Tasks), Count);
                history.Begin();
                try
                {
                    foreach (var deed in drawn.Deeds)
                    {
                        await history.GoOnAsync(deed);
                    }

                    await history.BuildAsync();
                }
                catch (LorchException refused) when (refused.Diagnostic.Code == DiagnosticCode.UndeclaredDependency)
                {
                    Count("histories that end with a circle, which is refused");
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"{exception.Message}\n{string.Join('\n', history.Story)}", exception);
                }
            },
            iter: Iterations,
            print: drawn => $"tasks {string.Join(',', drawn.Tasks)}, deeds {string.Join(',', drawn.Deeds)}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join('\n', counts.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}")));

        void Count(string what) => counts.AddOrUpdate(what, 1, (_, before) => before + 1);
    }
}
