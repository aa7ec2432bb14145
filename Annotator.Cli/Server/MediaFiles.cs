using System.IO.Enumeration;
using Annotator.Client.Tasks;

namespace Annotator.Cli.Server;

/// <summary>Finds the files that a command line names: files, folders with all below them, and patterns.</summary>
public static class MediaFiles
{
    private static readonly char[] _wild = ['*', '?'];

    /// <summary>
    /// In the order of the arguments, within each by name. A file is called as it is; files of folders and patterns have the
    /// path below the folder, or below the last folder of the pattern that is no pattern.
    /// </summary>
    /// <exception cref="CommandException">Nothing is there, or two files would have one name.</exception>
    public static IReadOnlyList<UploadFile> Find(IEnumerable<string> arguments) => Together(arguments.SelectMany(Named));

    /// <summary>What one argument names, each file with the name that it would have on the server.</summary>
    /// <exception cref="CommandException">Nothing is there.</exception>
    public static IReadOnlyList<(string Name, string Path)> Named(string argument) =>
        Expand(argument).ToList() is { Count: > 0 } found ? found : throw CommandException.NotFound($"There is no file {argument}.");

    /// <summary>The files of one task.</summary>
    /// <exception cref="CommandException">Two files would have one name.</exception>
    public static IReadOnlyList<UploadFile> Together(IEnumerable<(string Name, string Path)> files)
    {
        var found = new List<UploadFile>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, path) in files)
        {
            if (!names.TryAdd(name, path))
            {
                throw CommandException.BadUsage($"{names[name]} and {path} would both be called {name} on the server.");
            }

            found.Add(new UploadFile(name, new FileInfo(path).Length, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)));
        }

        return found;
    }

    private static IEnumerable<(string Name, string Path)> Expand(string argument)
    {
        if (File.Exists(argument))
        {
            return [(Path.GetFileName(argument), argument)];
        }

        if (Directory.Exists(argument))
        {
            return Below(argument, _ => true);
        }

        var wild = argument.IndexOfAny(_wild);
        if (wild < 0)
        {
            return [];
        }

        var slash = argument.LastIndexOfAny(['/', Path.DirectorySeparatorChar], wild);
        var folder = slash < 0 ? "." : argument[..(slash + 1)];
        var segments = argument[(slash + 1)..].Replace(Path.DirectorySeparatorChar, '/').Split('/');
        return Directory.Exists(folder) ? Below(folder, name => Matches(segments, name.Split('/'))) : [];
    }

    private static IEnumerable<(string Name, string Path)> Below(string folder, Func<string, bool> wanted) => Directory
        .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System })
        .Select(path => (Name: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), Path: path))
        .Where(file => wanted(file.Name))
        .OrderBy(file => file.Name, StringComparer.Ordinal);

    /// <summary>As shells match: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of folders.</summary>
    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.IsEmpty)
        {
            return path.IsEmpty;
        }

        if (pattern[0] == "**")
        {
            for (var skipped = 0; skipped <= path.Length; skipped++)
            {
                if (Matches(pattern[1..], path[skipped..]))
                {
                    return true;
                }
            }

            return false;
        }

        return !path.IsEmpty && FileSystemName.MatchesSimpleExpression(pattern[0], path[0], ignoreCase: OperatingSystem.IsWindows()) && Matches(pattern[1..], path[1..]);
    }
}
