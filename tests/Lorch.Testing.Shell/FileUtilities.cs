namespace Lorch.Testing.Shell;

/// <summary>Those of the small programs that make, move and remove files, or take paths apart.</summary>
internal static class FileUtilities
{
    public static int Run(Interpreter shell, string deed, List<string> options, List<string> operands)
    {
        var paths = operands.Select(shell.Resolve).ToList();
        switch (deed)
        {
            case "mkdir" when !options.Contains("-p") && paths.Exists(Path.Exists):
                return 1;
            case "mkdir":
                paths.ForEach(path => Directory.CreateDirectory(path));
                return 0;
            case "touch":
                paths.ForEach(path => File.Open(path, FileMode.OpenOrCreate).Dispose());
                return 0;
            case "rm" or "rmdir":
                return paths.TrueForAll(path => Remove(path))
                    || options.Any(option => option.StartsWith('-') && option.Contains('f', StringComparison.Ordinal))
                    ? 0
                    : 1;
            case "cp":
                File.Copy(
                    paths[0],
                    Directory.Exists(paths[1]) ? Path.Join(paths[1], Path.GetFileName(paths[0])) : paths[1],
                    overwrite: true);
                return 0;
            case "mv":
                File.Move(
                    paths[0],
                    Directory.Exists(paths[1]) ? Path.Join(paths[1], Path.GetFileName(paths[0])) : paths[1],
                    overwrite: true);
                return 0;
            case "ln":
                File.CreateSymbolicLink(paths[1], operands[0]);
                return 0;
            case "dirname":
                shell.Say((Path.GetDirectoryName(operands[0]) ?? ".") + "\n");
                return 0;
            case "basename":
                shell.Say(Path.GetFileName(operands[0]) + "\n");
                return 0;
            default:
                return deed == "chmod" ? 0 : 1;
        }
    }

    private static bool Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
            return true;
        }

        var wasThere = File.Exists(path);
        File.Delete(path);
        return wasThere;
    }
}
