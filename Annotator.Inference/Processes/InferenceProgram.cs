using System.Diagnostics;
using System.Globalization;

namespace Annotator.Inference.Processes;

/// <summary>How the process of a model is started.</summary>
internal static class InferenceProgram
{
    public const string Argument = "serve";

    private const string Prlimit = "/usr/bin/prlimit";

    /// <summary>What the runtime's own heap may take of the process's memory; the rest is for the model.</summary>
    private const int ManagedShare = 2;

    /// <summary>
    /// Not started yet. On Linux the memory that the process may write to is limited by the system; everywhere the one who
    /// started it watches too.
    /// </summary>
    public static ProcessStartInfo StartInfo(InferenceLimits limits)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (OperatingSystem.IsLinux() && File.Exists(Prlimit))
        {
            start.FileName = Prlimit;
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--data={limits.MaxProcessMemory}"));
            start.ArgumentList.Add("--core=0");
            start.ArgumentList.Add("--");
            start.ArgumentList.Add(Dotnet());
        }
        else
        {
            start.FileName = Dotnet();
        }

        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(InferenceProgram).Assembly.Location);
        start.ArgumentList.Add(Argument);
        start.Environment["DOTNET_GCHeapHardLimit"] = (limits.MaxProcessMemory / ManagedShare).ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";

        // A stranger's model has no business with the server's secrets.
        foreach (var name in start.Environment.Keys.Where(IsSecret).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static bool IsSecret(string name) =>
        name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ANNOTATOR_", StringComparison.OrdinalIgnoreCase)
        || name.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase)
        || name.Contains("SECRET", StringComparison.OrdinalIgnoreCase)
        || name.Contains("TOKEN", StringComparison.OrdinalIgnoreCase);

    /// <summary>The runtime that runs us; or else that on the path.</summary>
    private static string Dotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (string.Equals(Path.GetFileName(Environment.ProcessPath), name, StringComparison.OrdinalIgnoreCase))
        {
            return Environment.ProcessPath!;
        }

        // .../shared/Microsoft.NETCore.App/10.0.x lies three folders below the program.
        var beside = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }
}
