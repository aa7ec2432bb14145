namespace Annotator.Worker.Maintenance;

/// <summary>How long things are kept that nobody deletes; configuration section <c>Maintenance</c>, described in docs/maintenance.md.</summary>
internal sealed class MaintenanceOptions
{
    public const string Section = "Maintenance";

    /// <summary>When it runs, as a cron expression in UTC. A run that was missed because nothing ran is made up for.</summary>
    public string Schedule { get; set; } = "20 3 * * *";

    /// <summary>The change log of annotations, and removed objects that can be brought back.</summary>
    public TimeSpan KeepChanges { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Answers to batches that were followed by others of the same journal.</summary>
    public TimeSpan KeepAnswers { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The newest answer of a journal: for so long a browser that comes back can send its last batch again.</summary>
    public TimeSpan KeepJournals { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Uploads that nobody goes on with or finishes.</summary>
    public TimeSpan KeepUploads { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Blobs that no row knows of: what a killed process left behind.</summary>
    public TimeSpan KeepOrphans { get; set; } = TimeSpan.FromDays(1);

    /// <summary>An hour at least, so that nothing is taken away from under a request that runs.</summary>
    public bool IsSensible => new[] { KeepChanges, KeepAnswers, KeepJournals, KeepUploads, KeepOrphans }.All(time => time >= TimeSpan.FromHours(1))
        && KeepJournals >= KeepAnswers;
}
