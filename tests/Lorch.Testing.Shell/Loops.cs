namespace Lorch.Testing.Shell;

/// <summary>Repeats commands until something ends the loop.</summary>
internal static class Loops
{
    public static int Run(Func<bool> goesOn, Func<int> body)
    {
        var status = 0;
        while (goesOn())
        {
            try
            {
                status = body();
            }
            catch (Leave leave) when (leave.What is "break")
            {
                return 0;
            }
            catch (Leave leave) when (leave.What is "continue")
            {
                status = 0;
            }
        }

        return status;
    }
}
