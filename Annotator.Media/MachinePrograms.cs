namespace Annotator.Media;

/// <summary>Programs that the machine has and we do not bring along.</summary>
internal static class MachinePrograms
{
    /// <summary>The full paths of programs that lie in one folder of the PATH, in the order of their names; empty when no folder has them all.</summary>
    public static string[] Find(params string[] names)
    {
        var ending = OperatingSystem.IsWindows() ? ".exe" : "";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => names.Select(name => Path.Combine(folder, name + ending)).ToArray())
            .FirstOrDefault(paths => paths.All(File.Exists)) ?? [];
    }
}
