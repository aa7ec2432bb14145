namespace Annotator.Cli;

/// <summary>What the process ends with; scripts rely on the numbers.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It could not be done, or a check found something: differences, errors of a dataset, a request that failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is not understood.</summary>
    public const int BadUsage = 2;

    /// <summary>There is no such file, folder, or object on the server.</summary>
    public const int NotFound = 3;

    /// <summary>Not signed in, or not allowed to.</summary>
    public const int NotPermitted = 4;

    /// <summary>The server cannot be reached, or answers that it is broken.</summary>
    public const int ServerUnavailable = 5;

    /// <summary>Stopped by Ctrl+C.</summary>
    public const int Cancelled = 130;
}
