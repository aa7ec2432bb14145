using Annotator.Core.Media;
using Annotator.Formats;
using Annotator.Core.Operations;

namespace Annotator.Worker.Media;

/// <summary>Which files become frames, and in which order. The same request gives the same order, however often it runs.</summary>
internal static class SourceOrder
{
    public const string Lexicographical = "lexicographical";
    public const string Natural = "natural";
    public const string Predefined = "predefined";
    public const string Random = "random";

    /// <summary>All files, in order.</summary>
    /// <exception cref="OperationFailedException">Named files are missing or named twice.</exception>
    public static List<SourceFile> Arrange(IReadOnlyList<SourceFile> files, CreateTaskArguments arguments, int taskId)
    {
        var order = arguments.JobFiles.Count > 0 ? [.. arguments.JobFiles.SelectMany(names => names)] : arguments.FileOrder;
        return (arguments.JobFiles.Count > 0 ? Predefined : arguments.SortingMethod) switch
        {
            Predefined => order.Count > 0 ? ByName(files, order) : [.. files.OrderBy(file => file.Upload.CreatedDate).ThenBy(file => file.Name, StringComparer.Ordinal)],
            Natural => [.. files.OrderBy(file => file.Name, NaturalOrder.Instance)],
            Random => Shuffled(files, taskId),
            _ => [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>
    /// Whether start, stop and step count what is inside the files: videos are cut by their frames, and only who has opened them
    /// knows how many there are; so are documents and animations. Images are cut before anybody looks at them. A file that is alone may
    /// be a video whatever it is called, and one whose name tells nothing as well.
    /// </summary>
    public static bool AreCutInside(IReadOnlyList<SourceFile> files) =>
        files.Count == 1 || files.Any(file => !FileEndings.IsStill(file.Name));

    /// <summary>Whether there is a video among files of these names.</summary>
    public static bool HaveVideo(IEnumerable<string> names) =>
        names.Any(FileEndings.IsVideo);

    /// <summary>What start, stop and step leave.</summary>
    /// <exception cref="OperationFailedException">They leave nothing.</exception>
    public static List<T> Cut<T>(IReadOnlyList<T> all, CreateTaskArguments arguments)
    {
        var last = Math.Min(arguments.StopFrame ?? int.MaxValue, all.Count - 1);
        var step = Math.Max(1, arguments.Step);
        var taken = all.Where((_, index) => index >= arguments.StartFrame && index <= last && (index - arguments.StartFrame) % step == 0).ToList();
        return taken.Count > 0 || all.Count == 0
            ? taken
            : throw new OperationFailedException(
                $"No frames are left: the task has {all.Count} frames, and frames {arguments.StartFrame} to {arguments.StopFrame?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "the last"} were asked for.");
    }

    private static List<SourceFile> ByName(IReadOnlyList<SourceFile> files, IReadOnlyList<string> order)
    {
        if (order.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new OperationFailedException($"The order of files names {twice.Key} twice.");
        }

        var byName = files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var missing = order.Where(name => !byName.ContainsKey(name)).ToList();
        if (missing.Count > 0)
        {
            throw new OperationFailedException($"The order of files names {missing[0]}{(missing.Count > 1 ? $" and {missing.Count - 1} more" : "")}, which was not uploaded.");
        }

        var named = order.ToHashSet(StringComparer.Ordinal);
        if (files.FirstOrDefault(file => !named.Contains(file.Name)) is { } unnamed)
        {
            throw new OperationFailedException($"The order of files does not name {unnamed.Name}, which was uploaded.");
        }

        return [.. order.Select(name => byName[name])];
    }

    private static List<SourceFile> Shuffled(IReadOnlyList<SourceFile> files, int seed)
    {
        // From the same start and with the task's own seed: a second run after a killed one must agree with the first.
        var list = files.OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
        new System.Random(seed).Shuffle(list);
        return [.. list];
    }
}
