using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Media;

internal sealed class TaskDataMapping : IEntityTypeConfiguration<TaskData>
{
    public void Configure(EntityTypeBuilder<TaskData> builder)
    {
        builder.Property(data => data.FrameFilter).HasMaxLength(256);
        builder.Property(data => data.SortingMethod).HasMaxLength(32);
        builder.HasOne(data => data.CloudStorage).WithMany().HasForeignKey(data => data.CloudStorageId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne(data => data.Task).WithOne(task => task.Data).HasForeignKey<TaskData>(data => data.TaskId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class FrameMapping : IEntityTypeConfiguration<Frame>
{
    public void Configure(EntityTypeBuilder<Frame> builder)
    {
        builder.HasKey(frame => new { frame.DataId, frame.Number });
        builder.Property(frame => frame.Name).HasMaxLength(1024);
        builder.HasOne<TaskData>().WithMany().HasForeignKey(frame => frame.DataId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class RelatedImageMapping : IEntityTypeConfiguration<RelatedImage>
{
    public void Configure(EntityTypeBuilder<RelatedImage> builder)
    {
        builder.HasKey(image => new { image.DataId, image.FrameNumber, image.Position });
        builder.Property(image => image.Name).HasMaxLength(1024);
        builder.HasOne<TaskData>().WithMany().HasForeignKey(image => image.DataId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class VideoMapping : IEntityTypeConfiguration<Video>
{
    public void Configure(EntityTypeBuilder<Video> builder)
    {
        builder.HasKey(video => new { video.DataId, video.Number });
        builder.Property(video => video.Name).HasMaxLength(1024);
        builder.Property(video => video.DecoderCodec).HasMaxLength(64);
        builder.Property(video => video.Chapters).HasColumnType("jsonb").HasDefaultValueSql("'[]'").HasConversion(
            chapters => JsonSerializer.Serialize(chapters, JsonSerializerOptions.Web),
            json => JsonSerializer.Deserialize<List<VideoChapter>>(json, JsonSerializerOptions.Web)!,
            new ValueComparer<List<VideoChapter>>((left, right) => left!.SequenceEqual(right!), chapters => chapters.Count, chapters => chapters.ToList()));
        builder.HasOne<TaskData>().WithMany().HasForeignKey(video => video.DataId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class UploadMapping : IEntityTypeConfiguration<Upload>
{
    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.Property(upload => upload.FileName).HasMaxLength(1024);
        builder.HasIndex(upload => new { upload.Purpose, upload.TargetId });

        // A task's files are told apart by name, so two of one name would be one too many, however they race.
        builder.HasIndex(upload => new { upload.TargetId, upload.FileName })
            .IsUnique()
            .HasFilter("purpose = 0")
            .HasDatabaseName("ix_uploads_task_file_name");
        builder.HasIndex(upload => new { upload.TargetId, upload.FileName }, "ix_uploads_model_file_name")
            .IsUnique()
            .HasFilter("purpose = 6");
    }
}
