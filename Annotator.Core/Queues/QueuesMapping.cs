using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Queues;

internal sealed class FrameLookMapping : IEntityTypeConfiguration<FrameLook>
{
    public void Configure(EntityTypeBuilder<FrameLook> builder)
    {
        builder.ToTable("frame_looks");
        builder.HasKey(look => new { look.DataId, look.ModelId, look.Frame });
        builder.HasOne<TaskData>().WithMany().HasForeignKey(look => look.DataId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class FrameDoubtMapping : IEntityTypeConfiguration<FrameDoubt>
{
    public void Configure(EntityTypeBuilder<FrameDoubt> builder)
    {
        builder.ToTable("frame_doubts");
        builder.HasKey(doubt => new { doubt.TaskId, doubt.Frame });
        builder.HasOne<AnnotationTask>().WithMany().HasForeignKey(doubt => doubt.TaskId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<AnnotationModel>().WithMany().HasForeignKey(doubt => doubt.ModelId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class LabelQueueMapping : IEntityTypeConfiguration<LabelQueue>
{
    public void Configure(EntityTypeBuilder<LabelQueue> builder)
    {
        builder.ToTable("label_queues");
        builder.HasKey(queue => queue.TaskId);
        builder.Property(queue => queue.TaskId).ValueGeneratedNever();
        builder.Property(queue => queue.Content).HasColumnType("jsonb");
        builder.HasOne<AnnotationTask>().WithOne().HasForeignKey<LabelQueue>(queue => queue.TaskId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<AnnotationModel>().WithMany().HasForeignKey(queue => queue.ModelId).OnDelete(DeleteBehavior.SetNull);
    }
}
